//! The search itself, apart from sending: which parameters together a server refuses.
//!
//! A *trial* sends some of the parameters as they are; of the others the optional ones are left out and the required ones replaced by
//! stand-ins. The search takes it that a payload which is refused stays refused when more of the original values are added; a server
//! for which that does not hold is caught by the confirmation at the end.

use std::collections::{BTreeSet, HashMap};

/// Which parameters a trial sends as they are, by index.
pub type ParameterSet = BTreeSet<usize>;

/// What a server says to one trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialOutcome {
    /// It takes the payload, and has made a ticket of it.
    Accepted,
    /// It refuses the payload.
    Refused,
    /// Something else came, or nothing; why the search cannot go on, in words.
    Other(String),
}

/// What came of a search; parameters by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchResult {
    /// Each set is refused, and nothing smaller of it is; without all of them the payload is taken.
    Culprits(Vec<ParameterSet>),
    /// The whole payload is taken.
    NotRefused,
    /// The smallest payload is refused, with stand-ins for all that can be exchanged, and so is the whole without any one parameter.
    EverythingRefused,
    /// The same payload was refused once and taken once.
    Flaky(ParameterSet),
    /// The search broke off; what was found by then.
    Stopped(String, Vec<ParameterSet>),
}

/// Sets that are looked for, one after the other: a payload with more faults than these is better mended first.
const ROUNDS: usize = 2;

/// Where the smallest payload is refused, so many parameters are left out of the whole in turn, each with a request of its own.
const MOST_LEFT_OUT: usize = 24;

/// How many trials a search may take at most, for so many parameters.
pub fn most_trials(parameters: usize) -> usize {
    let halvings = usize::BITS as usize - parameters.max(1).saturating_sub(1).leading_zeros() as usize;
    most_halving_trials(halvings).max(4 + parameters.min(MOST_LEFT_OUT))
}

fn most_halving_trials(halvings: usize) -> usize {
    // The smallest payload, stand-ins, the whole; then for each set two members, the confirmation and the rest.
    3 + ROUNDS * (2 * (halvings + 1) + 2)
}

/// How many trials a search usually takes, where one parameter is the culprit.
pub fn usual_trials(parameters: usize) -> usize {
    let halvings = usize::BITS as usize - parameters.max(1).saturating_sub(1).leading_zeros() as usize;
    2 + halvings + 3
}

/// Why a search ends before it is over.
enum End {
    Stopped(String),
    Flaky(ParameterSet),
}

/// A search under way: how to ask, and what was answered.
struct Search<A> {
    ask: A,
    known: HashMap<ParameterSet, bool>,
    left: usize,
}

/// Looks for what a server refuses. `required` and `optional` are the parameters of the payload by index; of the required ones only those
/// that can be exchanged for stand-ins. `ask` carries out one trial.
pub async fn search<A>(required: &[usize], optional: &[usize], ask: A) -> SearchResult
where
    A: AsyncFnMut(&ParameterSet) -> TrialOutcome,
{
    let left = most_trials(required.len() + optional.len());
    let mut search = Search { ask, known: HashMap::new(), left };
    let mut culprits = Vec::new();
    match search.run(required, optional, &mut culprits).await {
        Ok(found) => found,
        Err(End::Flaky(kept)) => SearchResult::Flaky(kept),
        Err(End::Stopped(reason)) => SearchResult::Stopped(reason, culprits),
    }
}

impl<A: AsyncFnMut(&ParameterSet) -> TrialOutcome> Search<A> {
    async fn run(
        &mut self,
        required: &[usize],
        optional: &[usize],
        culprits: &mut Vec<ParameterSet>,
    ) -> Result<SearchResult, End> {
        let smallest: ParameterSet = required.iter().copied().collect();
        let whole: ParameterSet = required.iter().chain(optional).copied().collect();
        let (mut base, mut candidates) = (smallest.clone(), optional.to_vec());
        if self.refuses(&smallest).await? {
            if required.is_empty() || self.refuses(&ParameterSet::new()).await? {
                return self.leave_each_out(&whole, culprits).await;
            }
            (base, candidates) = (ParameterSet::new(), required.to_vec());
        } else if !self.refuses(&whole).await? {
            return Ok(SearchResult::NotRefused);
        }
        let mut rest = whole;
        for round in 0.. {
            let culprit = self.smallest_refused(&base, &candidates).await?;
            self.confirm(&base, &culprit).await?;
            rest.retain(|index| !culprit.contains(index));
            culprits.push(culprit);
            if !self.refuses(&rest).await? {
                break;
            }
            if round + 1 == ROUNDS {
                return Err(End::Stopped("there is still more that is refused; fix what was found, then look again".into()));
            }
            candidates = rest.iter().copied().filter(|index| !base.contains(index)).collect();
        }
        Ok(SearchResult::Culprits(culprits.clone()))
    }

    /// The smallest payload may lack what is required, and be refused for that alone. So each parameter is left out of the whole in turn:
    /// one without which the payload is taken is what was refused.
    async fn leave_each_out(&mut self, whole: &ParameterSet, culprits: &mut Vec<ParameterSet>) -> Result<SearchResult, End> {
        if !self.refuses(whole).await? {
            return Ok(SearchResult::NotRefused);
        }
        for index in whole.iter().take(MOST_LEFT_OUT) {
            let rest: ParameterSet = whole.iter().copied().filter(|own| own != index).collect();
            if !self.refuses(&rest).await? {
                let culprit = ParameterSet::from([*index]);
                self.confirm(&rest, &culprit).await?;
                culprits.push(culprit);
                return Ok(SearchResult::Culprits(culprits.clone()));
            }
        }
        Ok(SearchResult::EverythingRefused)
    }

    /// The members of a set that is refused together with `base`, of which no part is. `base` alone is taken, with all candidates it is not.
    async fn smallest_refused(&mut self, base: &ParameterSet, candidates: &[usize]) -> Result<ParameterSet, End> {
        let mut found = ParameterSet::new();
        let mut candidates = candidates;
        loop {
            let fixed: ParameterSet = base.union(&found).copied().collect();
            if !found.is_empty() && self.refuses(&fixed).await? {
                return Ok(found);
            }
            // The shortest run of candidates that is refused: its last one belongs to the set.
            let (mut taken, mut refused) = (0, candidates.len());
            while taken + 1 < refused {
                let middle = usize::midpoint(taken, refused);
                let kept: ParameterSet = fixed.iter().chain(&candidates[..middle]).copied().collect();
                if self.refuses(&kept).await? {
                    refused = middle;
                } else {
                    taken = middle;
                }
            }
            let Some((last, before)) = candidates.get(..refused).and_then(<[usize]>::split_last) else {
                return Err(End::Flaky(fixed));
            };
            found.insert(*last);
            candidates = before;
        }
    }

    /// Sends what was found once more: a server that takes it now says nothing that can be relied on.
    async fn confirm(&mut self, base: &ParameterSet, culprit: &ParameterSet) -> Result<(), End> {
        let kept: ParameterSet = base.union(culprit).copied().collect();
        self.known.remove(&kept);
        if self.refuses(&kept).await? { Ok(()) } else { Err(End::Flaky(culprit.clone())) }
    }

    /// Whether a trial is refused; what was asked before is not asked again.
    async fn refuses(&mut self, kept: &ParameterSet) -> Result<bool, End> {
        if let Some(known) = self.known.get(kept) {
            return Ok(*known);
        }
        if self.left == 0 {
            return Err(End::Stopped("it would take more requests than were announced".into()));
        }
        self.left -= 1;
        let refuses = match (self.ask)(kept).await {
            TrialOutcome::Accepted => false,
            TrialOutcome::Refused => true,
            TrialOutcome::Other(reason) => return Err(End::Stopped(reason)),
        };
        self.known.insert(kept.clone(), refuses);
        Ok(refuses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches with a server that refuses what `refuses` says; counts the trials and the tickets.
    fn run(
        required: usize,
        optional: usize,
        mut server: impl FnMut(usize, &ParameterSet) -> TrialOutcome,
    ) -> (SearchResult, usize, usize) {
        let (required, optional): (Vec<usize>, Vec<usize>) = ((0..required).collect(), (required..required + optional).collect());
        let (mut trials, mut tickets) = (0, 0);
        let found = pollster::block_on(search(&required, &optional, async |kept: &ParameterSet| {
            trials += 1;
            let said = server(trials, kept);
            tickets += usize::from(said == TrialOutcome::Accepted);
            said
        }));
        assert!(trials <= most_trials(required.len() + optional.len()), "{trials} trials");
        (found, trials, tickets)
    }

    fn refuse(is_refused: bool) -> TrialOutcome {
        if is_refused { TrialOutcome::Refused } else { TrialOutcome::Accepted }
    }

    fn set(members: &[usize]) -> ParameterSet {
        members.iter().copied().collect()
    }

    #[test]
    fn servers_by_table() {
        type Server = fn(usize, &ParameterSet) -> TrialOutcome;
        let table: [(&str, usize, usize, Server, SearchResult); 15] = [
            ("one culprit", 2, 6, |_, kept| refuse(kept.contains(&5)), SearchResult::Culprits(vec![set(&[5])])),
            ("the only optional one", 1, 1, |_, kept| refuse(kept.contains(&1)), SearchResult::Culprits(vec![set(&[1])])),
            (
                "two culprits",
                1,
                7,
                |_, kept| refuse(kept.contains(&2) || kept.contains(&6)),
                SearchResult::Culprits(vec![set(&[2]), set(&[6])]),
            ),
            (
                "only in combination",
                1,
                7,
                |_, kept| refuse(kept.contains(&3) && kept.contains(&7)),
                SearchResult::Culprits(vec![set(&[3, 7])]),
            ),
            ("everything refused", 2, 4, |_, _| TrialOutcome::Refused, SearchResult::EverythingRefused),
            // The profile marks no parameter as required, and the source requires the first.
            (
                "one culprit beside one that is required unknown to the profile",
                0,
                6,
                |_, kept| refuse(!kept.contains(&0) || kept.contains(&4)),
                SearchResult::Culprits(vec![set(&[4])]),
            ),
            (
                "two culprits beside one that is required unknown to the profile",
                0,
                6,
                |_, kept| refuse(!kept.contains(&0) || kept.contains(&4) || kept.contains(&5)),
                SearchResult::EverythingRefused,
            ),
            ("only the smallest refused", 1, 4, |_, kept| refuse(!kept.contains(&3)), SearchResult::NotRefused),
            ("nothing refused", 2, 4, |_, _| TrialOutcome::Accepted, SearchResult::NotRefused),
            ("a required field", 3, 4, |_, kept| refuse(kept.contains(&1)), SearchResult::Culprits(vec![set(&[1])])),
            (
                "a required field and an optional one",
                2,
                4,
                |_, kept| refuse(kept.contains(&0) || kept.contains(&4)),
                SearchResult::Culprits(vec![set(&[0]), set(&[4])]),
            ),
            (
                "a required field with an optional one",
                2,
                4,
                |_, kept| refuse(kept.contains(&0) && kept.contains(&4)),
                SearchResult::Culprits(vec![set(&[4])]),
            ),
            ("nothing to exchange", 0, 0, |_, _| TrialOutcome::Refused, SearchResult::EverythingRefused),
            (
                "three culprits are too many",
                1,
                7,
                |_, kept| refuse([2, 4, 6].iter().any(|culprit| kept.contains(culprit))),
                SearchResult::Stopped(
                    "there is still more that is refused; fix what was found, then look again".into(),
                    vec![set(&[2]), set(&[4])],
                ),
            ),
            (
                "another answer",
                1,
                4,
                |trial, _| if trial == 2 { TrialOutcome::Other("429".into()) } else { TrialOutcome::Accepted },
                SearchResult::Stopped("429".into(), vec![]),
            ),
        ];
        for (name, required, optional, server, expected) in table {
            assert_eq!(run(required, optional, server).0, expected, "{name}");
        }
    }

    #[test]
    fn a_flaky_server_is_called_one() {
        // Refuses the culprit until it is confirmed.
        let (found, trials, _) = run(1, 8, |trial, kept| refuse(kept.contains(&4) && trial < 7));
        assert_eq!(found, SearchResult::Flaky(set(&[4])), "{trials}");
        let (found, ..) = run(1, 8, |trial, _| refuse(trial == 2));
        assert!(matches!(found, SearchResult::Flaky(_)), "{found:?}");
    }

    #[test]
    fn one_culprit_of_many_is_found_as_announced() {
        for optional in 1..40 {
            for culprit in 1..=optional {
                let (found, trials, _) = run(1, optional, |_, kept| refuse(kept.contains(&culprit)));
                assert_eq!(found, SearchResult::Culprits(vec![set(&[culprit])]));
                assert!(trials <= usual_trials(optional), "{optional} {culprit}: {trials}");
            }
        }
    }

    #[test]
    fn any_pair_is_found_within_the_limit() {
        for optional in 2..24 {
            for one in 1..optional {
                for other in one + 1..=optional {
                    let (found, ..) = run(1, optional, |_, kept| refuse(kept.contains(&one) && kept.contains(&other)));
                    assert_eq!(found, SearchResult::Culprits(vec![set(&[one, other])]));
                    let (found, ..) = run(1, optional, |_, kept| refuse(kept.contains(&one) || kept.contains(&other)));
                    assert_eq!(found, SearchResult::Culprits(vec![set(&[one]), set(&[other])]));
                }
            }
        }
    }
}
