# Asking is never an error.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send money to priya
bot          How much?
asha         75
bot          Pay ₹75.00 to Priya Sharma (@priya)?      [Pay ₹75.00] [Cancel]
asha         [Cancel]
asha         send 5000
bot          To whom?
asha         priya
bot          balance
books        asha 500.00   trial balance 0.00
