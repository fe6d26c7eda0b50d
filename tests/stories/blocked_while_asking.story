# A block holds from the next question on: the one who was asked "How much?" is told that nobody is there.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send to priya
bot          How much?
priya        /block @asha
bot          Block Asha Rao (@asha)?                   [Block Asha Rao] [Not now]
priya        [Block Asha Rao]
bot          Asha Rao is blocked
asha         200
bot          Nobody can be paid as “@priya”…Nothing was sent
books        asha 500.00   priya 0.00   trial balance 0.00
