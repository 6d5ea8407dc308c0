//! The charset of bytes that do not name one and are not UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, KOI8_R, KOI8_U, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

/// How much of a text is looked at, in bytes.
const LOOKED_AT: usize = 1 << 20;

/// The charset that bytes are most likely in. What is rarer than those of this list is taken for Western Europe's: a few signs alone
/// would pass for it.
pub(super) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    detector.feed(head, head.len() == bytes.len());
    let found = detector.guess(None, Utf8Detection::Deny);
    // Those that differ in hardly a character go by their usual name.
    let usual = [(GBK, GB18030), (KOI8_U, KOI8_R)].into_iter().find(|(known, _)| *known == found);
    let is_usual = [SHIFT_JIS, EUC_JP, EUC_KR, BIG5, WINDOWS_1250, WINDOWS_1251].contains(&found);
    usual.map(|(_, name)| name).or(is_usual.then_some(found)).unwrap_or(WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_by_table() {
        for (text, encoding) in [
            ("curl -d '{\"summary\":\"メイン画面の音が出ない\"}' https://h", SHIFT_JIS),
            ("お世話になっております。下記のコマンドで再現します。", SHIFT_JIS),
            ("お世話になっております。下記のコマンドで再現します。", EUC_JP),
            ("您好，下面的命令返回四百错误，请帮忙看一下。{\"summary\":\"无法登录\"}", GB18030),
            ("안녕하세요. 아래 명령이 실패합니다. {\"summary\":\"로그인 오류\"}", EUC_KR),
            ("您好，以下命令會傳回錯誤，請協助查看。", BIG5),
            ("Здравствуйте, команда ниже возвращает ошибку", WINDOWS_1251),
            ("Здравствуйте, команда ниже возвращает ошибку", KOI8_R),
            ("Aplikacja nie działa, proszę o pomoc: błąd 400", WINDOWS_1250),
            ("Dobrý den, příkaz níže končí chybou. Děkuji, šťastný zákazník", WINDOWS_1250),
            ("Das Gerät stürzt ab. Größe: 5 €", WINDOWS_1252),
            ("Déjà vu à l’écran, ça ne marche pas", WINDOWS_1252),
            ("El teléfono no enciende — ¿qué hago?", WINDOWS_1252),
            ("Skærmen er sort, prøv igen på øen", WINDOWS_1252),
            ("Perché non funziona più? È così", WINDOWS_1252),
            ("caf\u{e9}", WINDOWS_1252),
            ("5 µm ± 2° for £3", WINDOWS_1252),
        ] {
            let (bytes, _, has_lost) = encoding.encode(text);
            assert!(!has_lost, "{text}");
            assert_eq!(guess(&bytes).name(), encoding.name(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = guess(&bytes);
        }
    }
}
