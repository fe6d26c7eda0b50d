# One payment is at most a lakh; twenty payments a day. Each says what helps and when it starts again.
given        Asha Rao has ₹2,00,000.00 and a PIN; Priya Sharma (@priya) is her contact; @asha has paid @priya ₹1.00 20 times
asha         send 1,00,000.01 to priya
bot          One payment can be at most ₹1,00,000.00…Nothing was sent     [Limits]
asha         send 10 to priya
bot          20 payments a day. You can send again from     [Limits]
asha         [Limits]
bot          Payments a day: 20…0 left until
clock        +24h
asha         send 10 to priya
bot          Pay ₹10.00 to Priya Sharma (@priya)?      [Pay ₹10.00] [Cancel]
books        asha 1,99,980.00   priya 20.00   trial balance 0.00
