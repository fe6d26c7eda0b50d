# A reply pays whoever wrote the message, by number; where nobody can tell who wrote it, it is asked.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; Ravi Kumar (@ravi) is new
given        Flat 4B is a group with Priya, Asha and Ravi, where the bot may delete
priya in Flat 4B  I paid for the taxi
asha in Flat 4B to priya   /send 100 for the taxi
asha sees    Pay ₹100.00 to Priya Sharma (@priya)?     [Pay ₹100.00] [Cancel]
priya hidden in Flat 4B   as the admin I say: tidy up
asha in Flat 4B to nobody   /send 100
asha sees    I cannot tell who wrote the message you replied to.…To whom?…₹100.00     [Priya Sharma (@priya)] [Cancel]
ravi in Flat 4B   me too
asha in Flat 4B to ravi    /send 100
asha sees    They are not found on Hundi…To whom?…₹100.00     [Invite somebody] [Priya Sharma (@priya)] [Cancel]
books        asha 500.00   priya 0.00   trial balance 0.00
