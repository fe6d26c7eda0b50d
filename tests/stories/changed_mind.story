# A new command closes the old bubble and starts anew.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Ravi Kumar (@ravi) is her contact
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         send 50 to ravi
bot          Cancelled
bot          Pay ₹50.00 to Ravi Kumar (@ravi)?         [Pay ₹50.00] [Cancel]
asha         [Pay ₹50.00]
asha         ······                                    the right one
bot          Paid ₹50.00 to Ravi Kumar                 reference     [Receipt] [Problem?]
books        asha 450.00   priya 0.00   ravi 50.00   trial balance 0.00
