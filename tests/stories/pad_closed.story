# A pad that nobody uses closes after 90 seconds. The payment is still there.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
bot          Enter your PIN
clock        +91s
bot          The PIN pad was closed…Pay ₹200.00        [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
bot          Enter your PIN
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
books        asha 300.00   priya 200.00   trial balance 0.00
