# A confirmation is good for five minutes. An old button pays nobody.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
bot          Enter your PIN
asha         [Cancel]
bot          Cancelled. Nothing was sent
asha presses again   [Pay ₹200.00]
toast        This button is from an earlier payment
asha         send 100 to priya
bot          Pay ₹100.00 to Priya Sharma (@priya)?     [Pay ₹100.00] [Cancel]
clock        +6m
bot          was not confirmed in time. Nothing was sent
asha presses again   [Pay ₹200.00]
toast        This button is too old
books        asha 500.00   priya 0.00   trial balance 0.00
