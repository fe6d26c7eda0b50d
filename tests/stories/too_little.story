# More than there is, nothing, less than nothing, too precise, another currency, oneself: one sentence each, nothing moves.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 500.01 to priya
bot          That is more than you have. Your balance is ₹500.00…Nothing was sent     [Balance]
asha         send 0 to priya
bot          must be more than zero…Nothing was sent
asha         send -5 to priya
bot          must be more than zero…Nothing was sent
asha         send 1.005 to priya
bot          more decimals
asha         send 5 usd to priya
bot          I cannot send USD: your account is in INR
asha         send NaN to priya
bot          I cannot read that amount
asha         send 20 to @asha
bot          You cannot pay yourself…Nothing was sent
asha         send 500 to priya
bot          Pay ₹500.00 to Priya Sharma (@priya)?     [Pay ₹500.00] [Cancel]
books        asha 500.00   priya 0.00   trial balance 0.00
