# Somebody in fear is offered to freeze, and is asked first. Frozen, money still comes in.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
asha         my phone was stolen
bot          freeze your account now…Settings → Devices     [Freeze] [Change PIN] [Problem with a payment]
asha         [Freeze]
bot          Your account is frozen. Nothing goes out; money still comes in     [Unfreeze]
asha         hacked
bot          Your account is frozen: nothing goes out     [Change PIN]
priya        pay @asha 50
priya        [Pay ₹50.00]
priya        ······                                    the right one
priya sees   Paid ₹50.00 to Asha Rao
asha sees    ₹50.00 from Priya Sharma
asha         /unfreeze
asha         ······                                    the right one
bot          opens again at                            [Freeze]
asha         [Freeze]
bot          Your account is frozen                    [Unfreeze]
clock        +2h
asha         send 200 to priya
bot          Your account is frozen                    [Unfreeze]
books        asha 550.00   priya 450.00   trial balance 0.00
