# The button under an answer works for whoever it was made for, once and for a quarter of an hour.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; Flat 4B is a group with Asha and Priya
priya in Flat 4B to bot   nice to have you here
asha in Flat 4B   @hundi_bot send 200 to Priya
asha sees    Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
group sees   Let us go on                              [Continue in private]
priya opens the link
priya sees   That button was made for somebody else.
asha opens the link
bot          It goes on below.
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Cancel]
bot          Cancelled. Nothing was sent.
asha opens the link
bot          That was opened before.
clock        +15m
asha opens the link
bot          That button is no longer good: it lasts 15 minutes.
books        asha 500.00   priya 0.00   trial balance 0.00
