# The bot is put out of a group while something begun there is under way: the payment stands, and its payer is told.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; Flat 4B is a group with Asha and Priya
asha in Flat 4B   /send 200 @priya
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma
Flat 4B puts the bot out
asha         [Show in the group]
asha         [Show with the amount]
bot          I could not show your payment in the group…The payment itself stands.
group hears nothing of   ₹200.00
books        asha 300.00   priya 200.00   trial balance 0.00
