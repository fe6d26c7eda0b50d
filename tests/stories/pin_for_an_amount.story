# Six digits as the answer to "How much?" are sooner a PIN than two lakh. They are deleted, and the question comes again.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send money to priya
bot          How much?
asha         274913
bot          could be your PIN…How much?               [Cancel]
asha no longer sees   274913
asha         2,74,913
bot          One payment can be at most ₹1,00,000.00   [Limits]
asha         pay priya
bot          How much?
asha         100 rs
bot          Pay ₹100.00 to Priya Sharma (@priya)?     [Pay ₹100.00] [Cancel]
