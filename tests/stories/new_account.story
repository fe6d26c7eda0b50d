# A new account sends ₹5,000 in all in its first 24 hours; what is left and until when is said.
given        Asha Rao has ₹20,000.00 and a PIN; Priya Sharma (@priya) is her contact; @asha has paid @priya ₹4,000.00 1 times
asha         send 1500 to priya
bot          ₹5,000.00 in its first 24 hours. You have ₹1,000.00 left     [Limits]
asha         [Limits]
bot          New account, first 24 hours: ₹5,000.00…₹1,000.00 left until
asha         send 1000 to priya
bot          Pay ₹1,000.00 to Priya Sharma (@priya)?   [Pay ₹1,000.00] [Cancel]
clock        +24h
asha         send 6000 to priya
bot          Pay ₹6,000.00 to Priya Sharma (@priya)?   [Pay ₹6,000.00] [Cancel]
books        asha 16,000.00   priya 4,000.00   trial balance 0.00
