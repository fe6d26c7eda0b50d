# Both sides know a payment by one number, and nobody else hears anything of it.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Ravi Kumar (@ravi) has ₹9.00 and a PIN
given        Priya Sharma (@priya) is her contact
asha         send 200 to priya for lunch
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma…lunch        reference     [Receipt] [Problem?]
asha         {reference}
bot          Receipt…₹200.00 paid to Priya Sharma (@priya)…lunch     the same reference     [Problem?]
priya        Ref: {reference}
bot          Receipt…₹200.00 received from Asha Rao (@asha)          the same reference     [Send back] [Problem?]
ravi         {reference}
bot          You have no payment with the number               the same reference     [History]
ravi         632900000000
bot          You have no payment with the number 632900000000        [History]
asha         send to priya
bot          How much?
asha         {reference}
bot          Receipt…₹200.00 paid to Priya Sharma                    the same reference     [Problem?]
asha         50
bot          Pay ₹50.00 to Priya Sharma (@priya)?
books        asha 300.00   priya 200.00   trial balance 0.00
