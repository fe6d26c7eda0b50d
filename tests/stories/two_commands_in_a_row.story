# Two commands faster than an answer: both are answered in their order, and the first one is closed.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         balance
bot          You have ₹500.00
asha         send 100 to priya
asha         [Pay ₹100.00]
bot          Enter your PIN
asha         /freeze
bot          Your account is frozen                    [Unfreeze]
asha         [Unfreeze]
bot          Enter your PIN to unfreeze
asha         ······                                    the right one
bot          opens again at                            [Freeze]
asha         send 100 to priya
bot          frozen. It opens again at
books        asha 500.00   priya 0.00   trial balance 0.00
