# The first minute and the first payment of somebody whose Telegram is in Hindi.
given        the Telegram of Asha is in Hindi; Asha Rao (@asha) is new and has ₹1,50,000.00; the Telegram of Priya is in Hindi; Priya Sharma (@priya) is on Hundi
asha starts
bot          Hundi में आपका स्वागत है, Asha Rao!…आपकी आईडी @asha है…English या Français: /language…6 अंकों का पिन चुनें
asha         ······                                    123456
bot          इस पिन का अंदाज़ा लगाना आसान है
asha         ······                                    274913, chosen
bot          वही पिन एक बार और डालें
asha         ······                                    the right one
bot          सब तैयार है…आपका पिन सेव हो गया             [बैलेंस] [मदद] [अपना फ़ोन नंबर दें]
asha         मेरा बैलेंस कितना है
bot          आपके पास ₹1,50,000.00 हैं
asha         @priya को दो सौ रुपये भेजो चाय के लिए
bot          Priya Sharma (@priya) को ₹200.00 भेजें?…नोट: चाय…बैलेंस: ₹1,49,800.00…पहले कभी Priya Sharma को पैसे नहीं भेजे     [₹200.00 भेजें] [रद्द करें]
asha         [₹200.00 भेजें]
bot          अपना पिन डालें…Priya Sharma (@priya) को ₹200.00
asha         ······                                    a wrong one
bot          यह आपका पिन नहीं है। अब 2 मौके बाकी हैं।
asha         ······                                    a wrong one
bot          अब 1 मौका बाकी है।
asha         ······                                    the right one
bot          आपने Priya Sharma को ₹200.00 भेजे           reference     [रसीद] [कोई दिक्कत?]
priya sees   Asha Rao से ₹200.00 मिले                   the same reference     [धन्यवाद] [लौटाएँ] [कोई दिक्कत?]
asha         [रसीद]
bot          रसीद…Priya Sharma (@priya) को ₹200.00 भेजे…IST     the same reference
priya        [धन्यवाद]
toast        Asha Rao को धन्यवाद कह दिया।
asha sees    Priya Sharma ने ₹200.00 के लिए आपको धन्यवाद कहा     the same reference
books        asha 149800.00   priya 200.00   trial balance 0.00
