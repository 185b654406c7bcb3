"""Countries and languages by their ISO codes, and the other ways in which catalogues write them.

Codes are ISO 3166-1 alpha-2 (with the codes of states that are gone, which films still carry) and
ISO 639-1. Names are the short English ones in everyday use.
"""

_COUNTRIES = """
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|AO Angola
AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AX Åland Islands|AZ Azerbaijan
BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi
BJ Benin|BM Bermuda|BN Brunei|BO Bolivia|BR Brazil|BS Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize|CA Canada
CD Democratic Republic of the Congo|CF Central African Republic|CG Republic of the Congo|CH Switzerland
CI Ivory Coast|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|CU Cuba|CV Cape Verde
CW Curaçao|CY Cyprus|CZ Czech Republic|DE Germany|DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic|DZ Algeria
EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji
FK Falkland Islands|FM Micronesia|FO Faroe Islands|FR France|GA Gabon|GB United Kingdom|GD Grenada|GE Georgia
GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|GN Guinea|GP Guadeloupe
GQ Equatorial Guinea|GR Greece|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong Kong|HN Honduras|HR Croatia
HT Haiti|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|IN India|IO British Indian Ocean Territory
IQ Iraq|IR Iran|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KH Cambodia
KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands
KZ Kazakhstan|LA Laos|LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania
LU Luxembourg|LV Latvia|LY Libya|MA Morocco|MC Monaco|MD Moldova|ME Montenegro|MG Madagascar|MH Marshall Islands
MK North Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macau|MQ Martinique|MR Mauritania|MT Malta|MU Mauritius
MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NG Nigeria
NI Nicaragua|NL Netherlands|NO Norway|NP Nepal|NR Nauru|NZ New Zealand|OM Oman|PA Panama|PE Peru
PF French Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan|PL Poland|PR Puerto Rico|PS Palestine|PT Portugal
PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS Serbia|RU Russia|RW Rwanda|SA Saudi Arabia
SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia
SL Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST São Tomé and Príncipe
SV El Salvador|SY Syria|SZ Eswatini|TC Turks and Caicos Islands|TD Chad|TG Togo|TH Thailand|TJ Tajikistan
TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Turkey|TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania
UA Ukraine|UG Uganda|US United States|UY Uruguay|UZ Uzbekistan|VA Vatican City|VC Saint Vincent and the Grenadines
VE Venezuela|VG British Virgin Islands|VI United States Virgin Islands|VN Vietnam|VU Vanuatu|WS Samoa|XK Kosovo
YE Yemen|ZA South Africa|ZM Zambia|ZW Zimbabwe|AN Netherlands Antilles|BU Myanmar|CS Serbia and Montenegro
DD East Germany|SU Soviet Union|TP Timor-Leste|XC Czechoslovakia|XG East Germany|XI Northern Ireland|YU Yugoslavia
ZR Democratic Republic of the Congo|UK United Kingdom|XX |ZZ |XKO |USA United States|GBR United Kingdom|DEU Germany
FRA France|ITA Italy|ESP Spain|JPN Japan|CHN China|IND India|KOR South Korea|CAN Canada|AUS Australia
"""

_COUNTRY_NAMES = """
United States of America=United States|U.S.=United States|U.S.A.=United States|America=United States
Great Britain=United Kingdom|England=United Kingdom|Scotland=United Kingdom|Wales=United Kingdom
Kingdom of Great Britain=United Kingdom|United Kingdom of Great Britain and Ireland=United Kingdom
Northern Ireland=United Kingdom|Republic of Ireland=Ireland|People's Republic of China=China|Mainland China=China
Republic of China=Taiwan|Taiwan Island=Taiwan|British Hong Kong=Hong Kong|Hong Kong SAR China=Hong Kong
Macao=Macau|Korea=South Korea|Republic of Korea=South Korea|Russian Federation=Russia|Russian Empire=Russia
USSR=Soviet Union|Union of Soviet Socialist Republics=Soviet Union
Czechia=Czech Republic|Federal Republic of Germany=Germany
Weimar Republic=Germany|German Reich=Germany|Nazi Germany=Germany|German Empire=Germany
German Democratic Republic=East Germany|Kingdom of Italy=Italy|Kingdom of the Netherlands=Netherlands
The Netherlands=Netherlands|Holland=Netherlands|Socialist Federal Republic of Yugoslavia=Yugoslavia
Kingdom of Yugoslavia=Yugoslavia|Federal Republic of Yugoslavia=Serbia and Montenegro|Macedonia=North Macedonia
Republic of Macedonia=North Macedonia|Palestinian territories=Palestine|State of Palestine=Palestine
Occupied Palestinian territory=Palestine|Occupied Palestinian Territories=Palestine|The Bahamas=Bahamas
The Gambia=Gambia|Côte d'Ivoire=Ivory Coast|Congo=Republic of the Congo|DR Congo=Democratic Republic of the Congo
Zaire=Democratic Republic of the Congo|Burma=Myanmar|Viet Nam=Vietnam|Türkiye=Turkey|Swaziland=Eswatini
Cabo Verde=Cape Verde|Islamic Republic of Iran=Iran|Syrian Arab Republic=Syria|Georgian SSR=Georgia
Holy See=Vatican City|UAE=United Arab Emirates|East Timor=Timor-Leste|Republic of Moldova=Moldova
Lao People's Democratic Republic=Laos|Brunei Darussalam=Brunei|Bosnia=Bosnia and Herzegovina
"""

_LANGUAGES = """
aa Afar|ab Abkhaz|af Afrikaans|ak Akan|am Amharic|an Aragonese|ar Arabic|as Assamese|ay Aymara|az Azerbaijani
ba Bashkir|be Belarusian|bg Bulgarian|bi Bislama|bm Bambara|bn Bengali|bo Tibetan|br Breton|bs Bosnian|ca Catalan
ce Chechen|co Corsican|cr Cree|cs Czech|cv Chuvash|cy Welsh|da Danish|de German|dv Dhivehi|dz Dzongkha|ee Ewe
el Greek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian|ff Fula|fi Finnish|fj Fijian|fo Faroese
fr French|fy West Frisian|ga Irish|gd Scottish Gaelic|gl Galician|gn Guarani|gu Gujarati|ha Hausa|he Hebrew|hi Hindi
hr Croatian|ht Haitian Creole|hu Hungarian|hy Armenian|ia Interlingua|id Indonesian|ig Igbo|ik Iñupiaq|is Icelandic
it Italian|iu Inuktitut|ja Japanese|jv Javanese|ka Georgian|kg Kongo|ki Kikuyu|kk Kazakh|kl Greenlandic|km Khmer
kn Kannada|ko Korean|ks Kashmiri|ku Kurdish|kw Cornish|ky Kyrgyz|la Latin|lb Luxembourgish|lg Luganda|ln Lingala
lo Lao|lt Lithuanian|lv Latvian|mg Malagasy|mi Māori|mk Macedonian|ml Malayalam|mn Mongolian|mr Marathi|ms Malay
mt Maltese|my Burmese|nb Norwegian|nd Northern Ndebele|ne Nepali|nl Dutch|nn Norwegian|no Norwegian
nr Southern Ndebele|nv Navajo|ny Chichewa|oc Occitan|oj Ojibwe|om Oromo|or Odia|os Ossetian|pa Punjabi|pl Polish
ps Pashto|pt Portuguese|qu Quechua|rm Romansh|rn Kirundi|ro Romanian|ru Russian|rw Kinyarwanda|sa Sanskrit
sc Sardinian|sd Sindhi|se Northern Sami|sg Sango|sh Serbo-Croatian|si Sinhala|sk Slovak|sl Slovene|sm Samoan|sn Shona
so Somali|sq Albanian|sr Serbian|ss Swazi|st Sesotho|su Sundanese|sv Swedish|sw Swahili|ta Tamil|te Telugu|tg Tajik
th Thai|ti Tigrinya|tk Turkmen|tl Tagalog|tn Tswana|to Tongan|tr Turkish|ts Tsonga|tt Tatar|tw Twi|ty Tahitian
ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek|ve Venda|vi Vietnamese|wo Wolof|xh Xhosa|yi Yiddish|yo Yoruba|zh Chinese
zu Zulu|cn Cantonese|yue Cantonese|cmn Mandarin|fil Tagalog|iw Hebrew|in Indonesian|ji Yiddish|mo Romanian|xx |zxx |und
mul |eng English|fra French|fre French|deu German|ger German|spa Spanish|ita Italian|jpn Japanese|kor Korean
zho Chinese|chi Chinese|rus Russian|por Portuguese|hin Hindi|ara Arabic
"""

_LANGUAGE_NAMES = """
Mandarin Chinese=Mandarin|Standard Chinese=Mandarin|Putonghua=Mandarin|Standard Mandarin=Mandarin
Standard Taiwanese Mandarin=Mandarin|Taiwanese Mandarin=Mandarin|Yue Chinese=Cantonese|Modern Greek=Greek
Greek, Modern=Greek|American English=English|British English=English|Australian English=English|Bangla=Bengali
Brazilian Portuguese=Portuguese|Quebec French=French|Canadian French=French|Flemish=Dutch|Flemish Dutch=Dutch
Modern Hebrew=Hebrew|Filipino=Tagalog|Farsi=Persian|Slovenian=Slovene|Abkhazian=Abkhaz|Panjabi=Punjabi
Bokmål=Norwegian|Norwegian Bokmål=Norwegian|Norwegian Nynorsk=Norwegian|Castilian=Spanish|Kirghiz=Kyrgyz
Southern Sotho=Sesotho|Ganda=Luganda|Maori=Māori|multiple languages=|No Language=|No linguistic content=|None=
"""


def _by_code(text: str) -> dict[str, str]:
    cells = (cell.partition(" ") for line in text.split("\n") for cell in line.split("|") if cell)
    return {code: name for code, _, name in cells}


def _by_name(text: str) -> dict[str, str]:
    cells = (cell.partition("=") for line in text.split("\n") for cell in line.split("|") if cell)
    return {other: name for other, _, name in cells}


COUNTRY_OF_CODE = _by_code(_COUNTRIES)
"""Upper-case ISO 3166 code -> name; "" for codes that say that the country is unknown."""

COUNTRY_OF_NAME = _by_name(_COUNTRY_NAMES)
"""Another way of writing a country -> name."""

LANGUAGE_OF_CODE = _by_code(_LANGUAGES)
"""Lower-case ISO 639 code -> name; "" for codes that say that there is none."""

LANGUAGE_OF_NAME = _by_name(_LANGUAGE_NAMES)
"""Another way of writing a language -> name; "" for words that name none."""
