"""Short lists of words that no package keeps, each written down here."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in text.split(",") if part.strip())


HONORIFICS = _words(
    "mr mrs ms miss mx dr prof professor sir madam mister doctor rev reverend hon judge capt "
    "captain sgt lt col gen herr frau mme mlle monsieur madame señor señora sr sra srta signor "
    "signora dott fru fröken fräulein pan pani dhr mevr"
)

KIN = _words(
    "kid kids child children son daughter wife husband mother father mum mom dad brother sister "
    "partner boyfriend girlfriend aunt uncle cousin nephew niece grandmother grandfather friend "
    "boss guardian widow address house car account  birthday office doctor "
    "patient"
)

# After these words, with at most a colon between, stands the name of a person.
BEFORE_PERSON = _phrases(
    """
    name is, named, called, calls me, call me, i am, i'm, this is, name, last name, first name,
    surname, maiden name is, full name, directed by, written by, starring, signed, signed by,
    dear, hello, hi, regards, sincerely, thanks, attn, contact, patient, contact person,
    producer, director, author, singer, songwriter, actor, actress, dj, president, senator,
    minister, chancellor, king, queen, add, kid, son, daughter, wife, husband, mother, father,
    brother, sister, friend, uncle, aunt, cousin, under, sung by, novel by, album by, by, and,
    with, shouted at, told, asked, met
    """
)

AFTER_PERSON = _words(
    "said says told asks asked shouted wrote writes thinks thought lives lived listed died was "
    "is has had went goes flew came loves just spent works worked explained replied called "
    "moved visited"
)

BEFORE_PLACE = _words(
    "in from to near at of around outside across through via toward towards visiting visit "
    "leaving southern northern western eastern central greater downtown into within throughout "
    "where"
)

BEFORE_ORGANISATION = _phrases(
    """
    work for, works for, worked for, working for, work at, works at, worked at, working at,
    employed by, employed at, ceo of, cto of, cfo of, head of, founder of, director of,
    president of, chairman of, manager at, manager of, engineer at, job at, joined, join,
    support, intern at, spent a year at, following year at, hired by, acquired by, bought by,
    company, client, employer, became, later became, shares of, stock of
    """
)

AFTER_ORGANISATION = _phrases(
    """
    is a company, is an american, is a multinational, is a design agency, is a firm, is a
    startup, is a non-profit, is a nonprofit, is a bank, is a software, is a provider,
    invested, announced, acquired, orchestra, headquarters, employees, shares, songwriter,
    resignation, is the largest, was founded, customers, multinational, agency, earnings, stock
    """
)

ORGANISATION_WORDS = _words(
    "inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag kg se sa s.a. "
    "nv bv ab oy oyj asa as aps srl spa s.p.a. sarl kft zrt pty group holdings holding partners "
    "bank trust university universität université college institute institut foundation "
    "association society agency ministry department council committee hospital clinic school "
    "academy industries systems technologies technology solutions software consulting "
    "consultants services associates ventures capital investments insurance airlines motors "
    "pharmaceuticals laboratories labs energy media entertainment studios records publishing "
    "press news networks telecom communications logistics enterprises international worldwide "
    "union federation museum library orchestra church data resources research analytics "
    "financial finance markets club exchange stores restaurants foods"
)

# Words that are names, too: alone, at the start of a sentence, they are rather words.
ALSO_WORDS = _words(
    "will may mark art bill grace hope joy faith rose summer autumn dawn iris ivy daisy lily "
    "ruby pearl jade amber april june august january chase dean drew frank grant jack lane max "
    "miles mason hunter carter cook baker fisher king prince young price long short best good "
    "little white black brown green gray grey wood woods field fields hill stone rivers banks "
    "bush ford bell ball cross day winter spring snow frost north west east power powers park "
    "street church house hall wall love law case close major general judge bishop pope abbot "
    "knight noble savage sharp wise strong rich moody swift wild fox wolf bird lamb bull crane "
    "drake fish pike salmon rush reed cliff glen dale heath marsh moore pool lake brook bay "
    "shore sands page read reader word story chance fortune victor star sky rain storm sunny "
    "sandy rocky crystal diamond gold golden silver steel iron england france holland ireland "
    "scotland wales paris london berlin sydney florence venice milan georgia virginia carolina "
    "dakota montana austin dallas houston jordan israel china india asia america more less do "
    "so my an the no we he she it us our many much man can been being back made way each hand "
    "top held early small line room third river son parts ever among must german english french "
    "roman greek dane welsh christian jewish muslim arab nelson post ray sun moon sea mercy "
    "charity patience prudence constance temple newton constant guy guard master lord duke earl "
    "count baron marshal captain sergeant doctor nurse priest monk friend sale sales cash money "
    "bond check teller banker farmer miller mills tanner taylor tailor weaver potter painter "
    "singer harper piper player gamer sewer walker runner rider driver porter butler person "
    "people data value total number state hotel music home help make need please thank thanks "
    "hello dear date name address phone email city country title order account card credit bank "
    "website personal info information billing shipping when where who what how why which there "
    "here this that these those if then but and or not yes maybe just also even still only one "
    "two three four five six seven eight nine ten first second last next new old big great"
)

GROUPS = _words(
    "afghan albanian algerian american andorran angolan argentine argentinian armenian "
    "australian austrian azerbaijani bahamian bahraini bangladeshi barbadian belarusian belgian "
    "belizean belizian beninese bhutanese bolivian bosnian botswanan brazilian british bruneian "
    "bulgarian burkinabe burmese burundian cambodian cameroonian canadian chadian chilean "
    "chinese colombian comoran congolese croatian cuban cypriot czech danish dominican dutch "
    "ecuadorean ecuadorian egyptian emirati english eritrean estonian ethiopian fijian filipino "
    "finnish french gabonese gambian georgian german ghanaian greek greenlander greenlandic "
    "grenadian guatemalan guinean guyanese haitian honduran hungarian icelander icelandic "
    "indian indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian "
    "kazakh kenyan korean kosovar kuwaiti kyrgyz laotian latvian lebanese liberian libyan "
    "liechtensteiner lithuanian luxembourger macedonian malagasy malawian malaysian maldivian "
    "malian maltese marshallese mauritanian mauritian mexican micronesian moldovan monacan "
    "mongolian montenegrin moroccan mozambican namibian nepalese nepali nicaraguan nigerian "
    "nigerien norwegian omani pakistani palauan palestinian panamanian paraguayan peruvian "
    "polish portuguese qatari romanian russian rwandan salvadoran samoan saudi scot scottish "
    "senegalese serbian seychellois singaporean slovak slovakian slovene slovenian somali "
    "spanish sudanese surinamese swazi swede swedish swiss syrian taiwanese tajik tanzanian "
    "thai tibetan togolese tongan trinidadian tunisian turk turkish turkmen tuvaluan ugandan "
    "ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni yemenite zambian zimbabwean "
    "european african asian arab arabic kurdish kurd roma sami maori inuit christian catholic "
    "protestant orthodox lutheran anglican baptist methodist mormon muslim islamic sunni shia "
    "shiite shii jewish jew hindu buddhist sikh atheist republican democrat dane finn pole "
    "spaniard brit briton frenchman englishman irishman dutchman"
)

# The last word of an occupation.
OCCUPATIONS = _words(
    "accountant actor actress actuary adviser advisor agent analyst architect artist assistant "
    "assembler attendant attorney auditor baker banker barber bartender bookkeeper botanist "
    "broker builder butcher carpenter cashier chef chemist cleaner clerk coach consultant cook "
    "coordinator counselor counsellor curator dancer dentist designer developer dietitian "
    "director dispatcher distributor diver doctor driver economist editor educator electrician "
    "engineer estimator examiner executive farmer firefighter fisher gardener geologist "
    "geographer guard guide hairdresser helper hygienist inspector installer instructor "
    "interpreter investigator janitor journalist judge laborer labourer landscaper lawyer "
    "lecturer librarian lifeguard locksmith machinist magistrate manager mason mechanic midwife "
    "miner model musician nurse officer operator optician optometrist painter paralegal "
    "paramedic pathologist pharmacist photographer physician physicist physiotherapist pilot "
    "planner plumber poet policeman porter postman producer professor programmer psychiatrist "
    "psychologist realtor receptionist repairer reporter representative researcher sailor "
    "salesperson salesman saleswoman scientist sculptor secretary server setter singer "
    "sociologist soldier specialist statistician superintendent supervisor surgeon surveyor "
    "tailor teacher technician technologist teller tender therapist trainer translator "
    "treasurer tutor typist veterinarian waiter waitress welder worker writer zoologist ceo cto "
    "cfo"
)

# Words before a street's name, and after it or at its end.
STREET_BEFORE = _words(
    "rue avenue av av. avenida avda. boulevard bd chemin place impasse quai via viale vicolo "
    "piazza corso largo calle c/ carrer paseo plaza camino rua rúa travessa praça estrada ul. "
    "ulica al. aleja os. plac jalan jl. jln strada str. calea bulevardul ул. улица"
)
STREET_AFTER = _words(
    "street st road rd avenue ave drive dr lane ln court ct place pl square sq terrace terr way "
    "close crescent cres boulevard blvd parkway pkwy highway hwy circle cir trail trl alley row "
    "walk mews grove gardens rise hill heights view park parks coves cove estates estate "
    "extensions extension streets roads lanes drives meadows ridge ridges loop pass plaza point "
    "points port bypass bridge causeway center centers club common corner corners course "
    "crossing curve dale divide expressway falls ferry field fields flat flats ford forest "
    "forge fork forks fort freeway gateway glen glens green greens groves harbor harbors haven "
    "hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes "
    "land landing light lights loaf locks lodge manor manors mill mills mission motorway mount "
    "mountain mountains neck orchard oval overpass passage path pike pine pines plain plains "
    "plateau prairie radial ramp ranch rapid rapids rest river route rue run shoal shoals shore "
    "shores skyway spring springs spur spurs squares station stravenue stream summit throughway "
    "trace track trafficway tunnel turnpike underpass union unions valley valleys via viaduct "
    "views village villages ville vista walks wall ways well wells circles courts terraces utca "
    "út tér körút köz katu tie kuja vej gade allé gata gate vei veien vegen väg vägen gatan "
    "gränd straat laan weg plein dreef singel straße strasse str str. platz gasse allee ring "
    "tunet stien"
)
STREET_ENDINGS = (
    "straße", "strasse", "str.", "gasse", "weg", "allee", "platz", "damm", "ufer", "vej", "gade",
    "vejen", "vangen", "parken", "toften", "vegen", "veien", "veg", "vei", "gata", "gaten", "stien",
    "tunet", "vollen", "bakken", "haugen", "gatan", "vägen", "väg", "gränd", "stigen", "torget",
    "katu", "kuja", "polku", "tie", "laan", "straat", "dreef", "singel", "gracht", "plein", "kade",
    "utca", "braut", "gata", "stígur", "vegur", "ulica", "ova", "ského", "ská", "eva",
)  # fmt: skip
UNITS = _words(
    "apt apt. apartment suite ste ste. unit flat floor room bldg building no. nr. # app. appt bât."
)

# Kinds of whole columns by what they are called: parts of the name, in order.
COLUMN_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("email", _words("email emails e-mail mail emailaddress 邮箱 电子邮件 电邮")),
    ("phone", _words(
    "phone phones telephone tel mobile cell cellphone fax phonenumber telefon "
    "电话 手机 手机号 联系电话 电话号码 手机号码"
)),
    ("ssn", _words("ssn socialsecurity")),
    ("account", _words("iban")),
    ("card", _words("creditcard cardnumber")),
    ("ip", _words("ip ipaddress mac macaddress")),
    ("web", _words("url website homepage webpage")),
    ("id", _words(
    "passport nin nino nhs idcard idnumber nationalid taxid mrn "
    "身份证 身份证号 身份证号码 护照 护照号 病历号"
)),
    ("address", _words("address street addr streetaddress adresse 地址 住址 家庭住址")),
    ("place", _words("city town village municipality country birthplace hometown 城市 国家 籍贯")),
    ("postcode", _words("zip zipcode postcode postalcode plz 邮编")),
    ("date", _words("dob birthdate birthday dateofbirth 生日 出生日期 出生年月")),
    ("person", _words(
    "firstname lastname surname fullname givenname familyname forename maidenname patientname "
    "username vorname nachname 姓名 名字 患者姓名 联系人"
)),
)  # fmt: skip

CHINESE_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜"
    "倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢骆岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成"
    "游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
CHINESE_SURNAMES_LONG = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
)
