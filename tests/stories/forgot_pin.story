# Who forgot the PIN is told what can be done; three wrong ones ring the alarm, and nothing is a dead end.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         I forgot my PIN
bot          Nobody can see your PIN…just try again     [Freeze] [Help]
asha         send 100 to priya
asha         [Pay ₹100.00]
asha         ······                                    a wrong one
bot          2 tries left
asha         ······                                    a wrong one
bot          1 try left…Forgot it? Do not guess
asha         ······                                    a wrong one
bot          locked until…Nothing was sent             [Forgot PIN?]
bot          Wrong PINs locked your PIN on…If that was not you     [Freeze]
asha         [Forgot PIN?]
bot          Nobody can see your PIN…It is locked until     [Freeze] [Help]
books        asha 500.00   priya 0.00   trial balance 0.00
