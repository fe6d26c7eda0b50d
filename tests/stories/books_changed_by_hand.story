# When the books would stop balancing, nobody pays until a person has looked. It is never called failed, nor paid.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
bot          Enter your PIN
given        somebody changed the books by hand
asha         ······                                    the right one
bot          We are still working on it…₹200.00 to Priya Sharma
asha         balance
bot          your last payment is still being carried out
books        asha 500.00   priya 0.00
