# Buttons are pressed twice, by thumbs and by networks. Money moves once.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha presses twice   [Pay ₹200.00]
bot          Enter your PIN
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
books        asha 300.00   priya 200.00   trial balance 0.00
