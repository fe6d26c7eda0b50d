# The same money by four ways of writing, and the answer is in the language that was chosen.
given        the Telegram of Asha is in Hindi; Asha Rao has ₹9,000.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 2500 to Priya
bot          Priya Sharma (@priya) को ₹2,500.00 भेजें?     [₹2,500.00 भेजें] [रद्द करें]
asha         priya ko dhai hazaar bhej do
bot          Priya Sharma (@priya) को ₹2,500.00 भेजें?     [₹2,500.00 भेजें] [रद्द करें]
asha         प्रिया को ढाई हज़ार रुपये भेजो
bot          Priya Sharma (@priya) को ₹2,500.00 भेजें?     [₹2,500.00 भेजें] [रद्द करें]
asha         envoie 2500 à Priya
bot          Priya Sharma (@priya) को ₹2,500.00 भेजें?     [₹2,500.00 भेजें] [रद्द करें]
asha         [₹2,500.00 भेजें]
asha         ······                                    the right one
bot          आपने Priya Sharma को ₹2,500.00 भेजे         reference     [रसीद] [कोई दिक्कत?]
priya sees   ₹2,500.00 from Asha Rao                   the same reference     [Thank] [Send back] [Problem?]
asha         /language français
bot          Désormais, nous parlons français.
asha         envoie 1,500 à Priya
bot          Je peux lire ce montant de deux façons
asha         1500
bot          Payer 1 500,00 ₹ à Priya Sharma (@priya) ?     [Payer 1 500,00 ₹] [Annuler]
asha         [Annuler]
books        asha 6500.00   priya 2500.00   trial balance 0.00
