# Two people match: the bot asks, and never picks.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Priya Nair (@priyan) is her contact
asha         send 200 to priya
bot          Which Priya?
asha         send 200 to @priyan
bot          Pay ₹200.00 to Priya Nair (@priyan)?      [Pay ₹200.00] [Cancel]
asha         send 100 to priya
bot          Which Priya?…Priya Sharma (@priya)…Priya Nair (@priyan)     [Priya Sharma (@priya)] [Priya Nair (@priyan)] [Cancel]
asha         sharma
bot          Pay ₹100.00 to Priya Sharma (@priya)?     [Pay ₹100.00] [Cancel]
asha         send 100 to priya
asha         [Priya Nair (@priyan)]
bot          Pay ₹100.00 to Priya Nair (@priyan)?      [Pay ₹100.00] [Cancel]
asha         [Cancel]
bot          Cancelled
books        asha 500.00   trial balance 0.00
