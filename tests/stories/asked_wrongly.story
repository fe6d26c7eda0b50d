# Our own mistake is said once, with a number to quote: neither paid nor failed, and it is not asked for ever.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
given        the id of @asha's payment was used for another amount
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Something went wrong on our side. See in your history…tell support this number     [History]
asha         [History]
bot          − ₹1.00 to Priya Sharma
asha         balance
bot          You have ₹499.00
books        asha 499.00   priya 1.00   trial balance 0.00
