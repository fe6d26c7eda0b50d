# What cannot be read is asked again, each time with its buttons; another command is never taken for an answer.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya and ravi
bot          One payment goes to one person…To whom?   [Priya Sharma (@priya)] [Cancel]
asha         both of them, please
bot          To whom?                                  [Priya Sharma (@priya)] [Cancel]
asha         send 200 or 300 to priya
bot          I am not sure which amount you mean…How much?     [Cancel]
asha         plenty
bot          could not read an amount…How much?        [Cancel]
asha         1.5k
bot          That is more than you have
asha         should I send 50 to priya?
bot          Do you want to send money now?                [₹50.00] [Cancel]
asha         [₹50.00]
bot          Pay ₹50.00 to Priya Sharma (@priya)?      [Pay ₹50.00] [Cancel]
