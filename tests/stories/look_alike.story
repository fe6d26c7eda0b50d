# Another Priya Sharma than the one she knows: name, handle and a warning right below, before anything is paid.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Priya Sharma (@priya1) is on Hundi; Priya Shаrma (@shanta) is on Hundi
asha         send 200 to @priya1
bot          Pay ₹200.00 to Priya Sharma (@priya1)?…Careful: this is not Priya Sharma (@priya), whom you know…Balance after…You have never paid     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
bot          Enter your PIN…Careful: this is not Priya Sharma (@priya)
asha         /cancel
bot          Cancelled. Nothing was sent
asha         send 200 to @shanta
bot          Pay ₹200.00 to Priya Shаrma (@shanta)?…Careful: this is not Priya Sharma (@priya), whom you know     [Pay ₹200.00] [Cancel]
asha         [Cancel]
bot          Cancelled. Nothing was sent
asha         send 100 to priya
bot          Pay ₹100.00 to Priya Sharma (@priya)?     [Pay ₹100.00] [Cancel]
