# Who blocked the bot still receives, and sees it when they come back.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
priya blocks
asha         send 200 to priya
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
books        asha 300.00   priya 200.00   trial balance 0.00
priya unblocks
priya sees   ₹200.00 from Asha Rao                     the same reference     [Thank] [Send back] [Problem?]
priya sees   ₹200.00 from Asha Rao                     once
