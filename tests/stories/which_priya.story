# Two people match: the bot asks, and never picks.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Priya Nair (@priyan) is her contact
asha         send 200 to priya
bot          Which Priya?
asha         send 200 to @priyan
bot          Pay ₹200.00 to Priya Nair (@priyan)?      [Pay ₹200.00] [Cancel]
asha         [Cancel]
bot          Cancelled
books        asha 500.00   trial balance 0.00
