# In a forum the bot answers in the topic; the message that opened a topic is no reply to whoever opened it.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; House is a forum with Priya and Asha
priya in House on Rent      rent is due
asha in House on Rent       /send@hundi_bot 100
topic sees   Let us go on                              [Continue in private]
asha sees    To whom?…₹100.00                        [Priya Sharma (@priya)] [Cancel]
asha         [Priya Sharma (@priya)]
asha         [Pay ₹100.00]
asha         ······                                    the right one
asha         [Show in the group]
asha         [Show without the amount]
topic sees   Asha Rao paid Priya Sharma
group hears nothing of   ₹100.00
books        asha 400.00   priya 100.00   trial balance 0.00
