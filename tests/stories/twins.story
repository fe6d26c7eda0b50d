# Two people of one name are told apart by handle and masked id; a reply to words that somebody wrote is exact.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Priya Sharma (@priya_s) is her contact
asha         send 200 to priya sharma
bot          Which Priya Sharma?…(@priya) · ••1002…(@priya_s) · ••1003     [Priya Sharma (@priya)] [Priya Sharma (@priya_s)] [Cancel]
asha         [Priya Sharma (@priya_s)]
bot          Pay ₹200.00 to Priya Sharma (@priya_s)?…(@priya)     [Pay ₹200.00] [Cancel]
asha quotes  priya: I paid for lunch
bot          Forwarded messages move no money
asha replies  send 30
bot          Pay ₹30.00 to Priya Sharma (@priya)?      [Pay ₹30.00] [Cancel]
asha shares  priya_s
asha replies  send 40 for tea
bot          Pay ₹40.00 to Priya Sharma (@priya_s)?…tea     [Pay ₹40.00] [Cancel]
books        asha 500.00   trial balance 0.00
