# A payer without a PIN chooses one, and the payment goes on by itself.
given        Asha Rao has ₹500.00; Priya Sharma (@priya) is her contact
asha         send 200 to priya for tea
bot          First choose a PIN…Choose a PIN of 6 digits
asha         ······                                    274913, chosen
bot          Enter the same PIN once more
asha         ······                                    the right one
bot          Your PIN is saved
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
books        asha 300.00   priya 200.00   trial balance 0.00
