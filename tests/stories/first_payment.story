# The sentence the project exists for.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
bot          Enter your PIN
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
priya sees   ₹200.00 from Asha Rao                     the same reference     [Thank] [Send back] [Problem?]
books        asha 300.00   priya 200.00   trial balance 0.00
