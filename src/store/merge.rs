//! Two versions of one file and what both came from: what each changed goes together, and what both changed is named.

use serde_json::{Map, Value};

/// What came of a merge.
#[derive(Debug, PartialEq)]
pub(super) struct Merged {
    /// Both sides' changes; where both changed the same, mine stands.
    pub(super) value: Value,
    /// The places that both changed, each in another way: `label`, `fields / severity / choices`.
    pub(super) conflicts: Vec<String>,
}

/// Merges what I have and what they have, both made from `base`. Objects are merged by key, lists of objects by the `parameter` or
/// `name` of each, everything else is one value.
pub(super) fn merge(base: &Value, mine: &Value, theirs: &Value) -> Merged {
    let mut merging = Merging::default();
    let value = merging.value(Some(base), Some(mine), Some(theirs)).unwrap_or_default();
    Merged { value, conflicts: merging.conflicts }
}

/// Puts back what the file holds and this version does not know: whatever stands in `raw` but not in `known`, which is the same
/// file read and written by this version.
pub(super) fn keep_unknown(raw: &Value, known: &Value, onto: &mut Value) {
    match (raw, known, onto) {
        (Value::Object(raw), Value::Object(known), Value::Object(onto)) => {
            for (key, value) in raw {
                match (known.get(key), onto.get_mut(key)) {
                    (Some(known), Some(onto)) => keep_unknown(value, known, onto),
                    // A key, or a reference to one, that was taken out does not come back.
                    (None, None) if !key.starts_with("api_key") => {
                        onto.insert(key.clone(), value.clone());
                    }
                    _ => {}
                }
            }
        }
        (Value::Array(raw), Value::Array(known), Value::Array(onto)) => {
            let (Some(raw_names), Some(known_names), Some(names)) = (names(raw), names(known), names(onto)) else { return };
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            for (name, onto) in names.iter().zip(onto) {
                if let (Some(raw), Some(known)) = (find(raw, &raw_names, name), find(known, &known_names, name)) {
                    keep_unknown(raw, known, onto);
                }
            }
        }
        _ => {}
    }
}

#[derive(Default)]
struct Merging {
    path: Vec<String>,
    conflicts: Vec<String>,
}

impl Merging {
    /// `None` is a value that is not there.
    fn value(&mut self, base: Option<&Value>, mine: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
        if mine == theirs || theirs == base {
            return mine.cloned();
        }
        if mine == base {
            return theirs.cloned();
        }
        match (base, mine, theirs) {
            (base, Some(Value::Object(mine)), Some(Value::Object(theirs))) => {
                let empty = Map::new();
                let base = base.and_then(Value::as_object).unwrap_or(&empty);
                Some(Value::Object(self.object(base, mine, theirs)))
            }
            (base, Some(Value::Array(mine)), Some(Value::Array(theirs))) => {
                let base = base.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                Some(Value::Array(self.list(base, mine, theirs).unwrap_or_else(|| {
                    self.conflict();
                    mine.clone()
                })))
            }
            _ => {
                self.conflict();
                mine.cloned()
            }
        }
    }

    fn object(
        &mut self,
        base: &Map<String, Value>,
        mine: &Map<String, Value>,
        theirs: &Map<String, Value>,
    ) -> Map<String, Value> {
        let added = theirs.keys().filter(|key| !mine.contains_key(*key));
        let mut merged = Map::new();
        for key in mine.keys().chain(added) {
            self.path.push(key.clone());
            if let Some(value) = self.value(base.get(key), mine.get(key), theirs.get(key)) {
                merged.insert(key.clone(), value);
            }
            self.path.pop();
        }
        merged
    }

    /// `None` for lists whose items have no names of their own.
    fn list(&mut self, base: &[Value], mine: &[Value], theirs: &[Value]) -> Option<Vec<Value>> {
        let (base_names, mine_names, their_names) = (names(base)?, names(mine)?, names(theirs)?);
        let moved = |of: &[&str]| {
            let before: Vec<_> = base_names.iter().filter(|name| of.contains(name)).collect();
            let after: Vec<_> = of.iter().filter(|name| base_names.contains(name)).collect();
            before != after
        };
        let (i_moved, they_moved) = (moved(&mine_names), moved(&their_names));
        if i_moved && they_moved && shared(&mine_names, &their_names) != shared(&their_names, &mine_names) {
            self.path.push("order".to_owned());
            self.conflict();
            self.path.pop();
        }
        let order = if they_moved && !i_moved { woven(&their_names, &mine_names) } else { woven(&mine_names, &their_names) };
        let mut merged = Vec::new();
        for name in order {
            self.path.push(name.to_owned());
            let item = self.value(find(base, &base_names, name), find(mine, &mine_names, name), find(theirs, &their_names, name));
            merged.extend(item);
            self.path.pop();
        }
        Some(merged)
    }

    fn conflict(&mut self) {
        self.conflicts.push(self.path.join(" / "));
    }
}

/// What each item of a list is known by; `None` if one has no name, or two have the same.
fn names(list: &[Value]) -> Option<Vec<&str>> {
    let mut names: Vec<&str> = Vec::new();
    for item in list {
        let name = item.get("parameter").or_else(|| item.get("name"))?.as_str()?;
        if name.is_empty() || names.contains(&name) {
            return None;
        }
        names.push(name);
    }
    Some(names)
}

fn find<'a>(list: &'a [Value], names: &[&str], name: &str) -> Option<&'a Value> {
    names.iter().position(|found| *found == name).and_then(|at| list.get(at))
}

/// Those of `names` that `others` has too.
fn shared<'a>(names: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    names.iter().copied().filter(|name| others.contains(name)).collect()
}

/// The names of one list in its order, with those that only the other has behind what they follow there.
fn woven<'a>(first: &[&'a str], other: &[&'a str]) -> Vec<&'a str> {
    let mut order = first.to_vec();
    for (at, name) in other.iter().enumerate() {
        if order.contains(name) {
            continue;
        }
        let before = other[..at].iter().rev().find_map(|before| order.iter().position(|found| found == before));
        order.insert(before.map_or(0, |before| before + 1), name);
    }
    order
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merges_by_table() {
        let cases = [
            // Only one side changed, both changed the same, each changed another key.
            (json!({"a": 1}), json!({"a": 2}), json!({"a": 1}), json!({"a": 2}), ""),
            (json!({"a": 1}), json!({"a": 1}), json!({"a": 2}), json!({"a": 2}), ""),
            (json!({"a": 1}), json!({"a": 2}), json!({"a": 2}), json!({"a": 2}), ""),
            (json!({"a": 1, "b": 1}), json!({"a": 2, "b": 1}), json!({"a": 1, "b": 3}), json!({"a": 2, "b": 3}), ""),
            // Added and taken out.
            (json!({}), json!({"a": 1}), json!({"b": 2}), json!({"a": 1, "b": 2}), ""),
            (json!({"a": 1, "b": 2}), json!({"b": 2}), json!({"a": 1, "b": 3}), json!({"b": 3}), ""),
            // The same value in two ways: mine stands, and its place is named.
            (json!({"a": 1}), json!({"a": 2}), json!({"a": 3}), json!({"a": 2}), "a"),
            (json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), json!({"a": {"b": 3}}), json!({"a": {"b": 2}}), "a / b"),
            (json!({"a": 1}), json!({}), json!({"a": 3}), json!({}), "a"),
            (json!({"a": 1}), json!({"a": 2}), json!({}), json!({"a": 2}), "a"),
            (json!({}), json!({"a": 2}), json!({"a": 3}), json!({"a": 2}), "a"),
            (json!({"a": {}}), json!({"a": 2}), json!({"a": {"b": 1}}), json!({"a": 2}), "a"),
            // A list without names is one value.
            (json!({"l": [1]}), json!({"l": [1, 2]}), json!({"l": [1]}), json!({"l": [1, 2]}), ""),
            (json!({"l": [1]}), json!({"l": [1, 2]}), json!({"l": [1, 3]}), json!({"l": [1, 2]}), "l"),
            (json!({"l": [{"x": 1}]}), json!({"l": [{"x": 2}]}), json!({"l": [{"x": 3}]}), json!({"l": [{"x": 2}]}), "l"),
        ];
        for (base, mine, theirs, expected, conflicts) in cases {
            let merged = merge(&base, &mine, &theirs);
            assert_eq!(merged.value, expected, "{base} {mine} {theirs}");
            assert_eq!(merged.conflicts.join(","), conflicts, "{base} {mine} {theirs}");
        }
    }

    /// `a:1 b:2` is a list of two rows.
    fn rows(text: &str) -> Value {
        let row = |word: &str| {
            let (name, value) = word.split_once(':').unwrap_or((word, "0"));
            json!({"parameter": name, "value": value})
        };
        json!({"rows": text.split_whitespace().map(row).collect::<Vec<_>>()})
    }

    #[test]
    fn rows_are_merged_by_name() {
        for (base, mine, theirs, expected, conflicts) in [
            ("a b", "a:1 b", "a b:2", "a:1 b:2", ""),
            ("a b", "a:1 b", "a:2 b", "a:1 b", "rows / a / value"),
            ("a b", "a x b", "a b y", "a x b y", ""),
            ("a b", "a x b", "a y b", "a y x b", ""),
            ("a b", "b", "a b:1", "b:1", ""),
            ("a b", "b", "a:1 b", "b", "rows / a"),
            ("a b c", "c a b", "a b c:1", "c:1 a b", ""),
            ("a b c", "a:1 b c", "c b a", "c b a:1", ""),
            ("a b c", "c a b", "c a b", "c a b", ""),
            ("a b c", "c a b", "b a c", "c a b", "rows / order"),
            ("", "a:1", "a:2", "a:1", "rows / a / value"),
            ("a a", "a a:1", "a a:2", "a a:1", "rows"),
        ] {
            let merged = merge(&rows(base), &rows(mine), &rows(theirs));
            assert_eq!(merged.value, rows(expected), "{base} | {mine} | {theirs}");
            assert_eq!(merged.conflicts.join(","), conflicts, "{base} | {mine} | {theirs}");
        }
    }

    #[test]
    fn what_is_not_known_is_kept() {
        let raw = json!({"a": 1, "new": true, "api_key_ref": "k-1", "rows": [{"parameter": "p", "x": 1, "hint": 7}, {"parameter": "q", "hint": 8}]});
        let known = json!({"a": 1, "rows": [{"parameter": "p", "x": 1}, {"parameter": "q"}]});
        let mut mine = json!({"a": 2, "rows": [{"parameter": "r"}, {"parameter": "p", "x": 2}]});
        keep_unknown(&raw, &known, &mut mine);
        let expected = json!({"a": 2, "rows": [{"parameter": "r"}, {"parameter": "p", "x": 2, "hint": 7}], "new": true});
        assert_eq!(mine, expected);
    }

    proptest::proptest! {
        #[test]
        fn a_merge_with_nothing_changed_is_the_other_side(mine in "([a-e](:[0-3])? ){0,5}", theirs in "([a-e](:[0-3])? ){0,5}") {
            let (mine, theirs) = (rows(&mine), rows(&theirs));
            proptest::prop_assert_eq!(merge(&mine, &mine, &theirs), Merged { value: theirs.clone(), conflicts: vec![] });
            proptest::prop_assert_eq!(merge(&theirs, &mine, &theirs), Merged { value: mine.clone(), conflicts: vec![] });
            // Whatever both did, nothing of mine is changed without a word.
            let merged = merge(&rows("a b c"), &mine, &theirs);
            if merged.conflicts.is_empty() {
                let again = merge(&rows("a b c"), &theirs, &mine);
                proptest::prop_assert!(again.conflicts.is_empty());
            }
        }
    }
}
