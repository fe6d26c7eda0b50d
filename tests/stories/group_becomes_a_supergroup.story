# A group gets another number while a payment is under way: its members, and what is to be shown, follow.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; Trip is a basic group with Asha and Priya
priya in Trip to bot   hello
asha in Trip      /send 200 Priya
asha sees    Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
Trip becomes a supergroup
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma
asha         [Show in the group]
asha         [Show with the amount]
group sees   Asha Rao paid Priya Sharma ₹200.00        once
asha in Trip      /send 100 Priya
asha sees    Pay ₹100.00 to Priya Sharma (@priya)?     [Pay ₹100.00] [Cancel]
books        asha 300.00   priya 200.00   trial balance 0.00
