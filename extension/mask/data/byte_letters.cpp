#include "mask/data/byte_letters.h"

namespace confiture::mask {

const ByteLetters *byte_letters(CharEncoding encoding) {
  static constexpr ByteLetters latin1(0xc0, "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö øùúûüýþÿ");
  static constexpr ByteLetters latin5(0xc0, "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö øùúûüışÿ");
  static constexpr ByteLetters latin2(0xa1,
                                      "Ą Ł ĽŚ  ŠŞŤŹ ŽŻ ą ł ľś  šşťź žż"
                                      "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö řůúűüýţ");
  static constexpr ByteLetters win1250(0x8a,
                                       "Š ŚŤŽŹ          š śťžź   Ł Ą    Ş    Ż   ł     ąş Ľ ľż"
                                       "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö řůúűüýţ");
  static constexpr ByteLetters win1251(0xa8,
                                       "Ё               ё       "
                                       "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя");
  static constexpr ByteLetters koi8r(0xa3,
                                     "ё               Ё            "
                                     "юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ");
  static constexpr ByteLetters iso_8859_5(
      0xa1, "Ё              АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя ё");
  switch (encoding) {
    case CharEncoding::latin1:
      return &latin1;
    case CharEncoding::latin2:
      return &latin2;
    case CharEncoding::latin5:
      return &latin5;
    case CharEncoding::win1250:
      return &win1250;
    case CharEncoding::win1251:
      return &win1251;
    case CharEncoding::koi8r:
      return &koi8r;
    case CharEncoding::iso_8859_5:
      return &iso_8859_5;
    default:
      return nullptr;
  }
}

}  // namespace confiture::mask
