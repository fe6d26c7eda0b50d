# Who left Telegram still holds their account: the money arrives, the notice cannot, and nothing goes round in circles.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
priya deletes  her account
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
clock        +1h
asha         balance
bot          You have ₹300.00
books        asha 300.00   priya 200.00   trial balance 0.00
