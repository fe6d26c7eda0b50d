# Forwarded and edited words never command money.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha forwards   send 200 to priya
bot          orward
asha         balance
bot          ₹500.00
asha edits   send 200 to priya
bot          dit
books        asha 500.00   priya 0.00   trial balance 0.00
