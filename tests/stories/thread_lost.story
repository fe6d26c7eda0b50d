# What was asked of the ledger can no longer be read: said once, plainly, and the person goes on.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; what @asha asked last cannot be read
bot          I can no longer read what you asked for last…history…number for support     [History] [Freeze]
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
books        asha 300.00   priya 200.00   trial balance 0.00
