//! What a client does: one method for each verb.

use napi_derive::napi;
use wablock::{Change, guarded};

use crate::{
    calls::{Answer, NativeClient},
    inputs::{self, NativeInputs},
    list::NativeList,
    report::NativeReport,
};

#[napi]
impl NativeClient {
    /// JSON.
    #[napi]
    pub fn capabilities(&self) -> String {
        crate::json(self.client.capabilities())
    }

    /// The users of a call over many, about as many as `expected`.
    #[napi]
    pub fn gather(&self, expected: u32) -> NativeInputs {
        NativeInputs::new(&self.client, expected)
    }

    /// Reads users, given as a JSON array, and sends nothing.
    #[napi]
    pub fn check(&self, users: String) -> napi::Result<NativeReport> {
        Ok(NativeReport::new(self.client.check(inputs::users(&users)?)))
    }

    /// Blocks or unblocks users.
    #[napi]
    pub fn change(&self, token: u32, unblock: bool, users: &NativeInputs) {
        let (client, options) = (self.client.clone(), self.call_options(token));
        let users = users.take(&client);
        let work = async move { guarded(client.change_stream(change(unblock), users, &options)).await };
        self.start(token, async move { Answer::of_report(work.await) });
    }

    /// Blocks or unblocks one user.
    #[napi]
    pub fn change_one(&self, token: u32, unblock: bool, user: String) -> napi::Result<()> {
        let (client, options, user) = (self.client.clone(), self.call_options(token), inputs::one(&user)?);
        self.start(token, async move {
            let report = client.change_one(change(unblock), user, &options).await;
            Answer::of_value(report.map(|mut report| report.outcomes.remove(0)))
        });
        Ok(())
    }

    /// Whether a user is on the list.
    #[napi]
    pub fn is_blocked(&self, token: u32, user: String) -> napi::Result<()> {
        let (client, options, user) = (self.client.clone(), self.call_options(token), inputs::one(&user)?);
        self.start(token, async move { Answer::of_value(client.is_blocked(user, &options).await) });
        Ok(())
    }

    /// Checks connection and credentials.
    #[napi]
    pub fn ping(&self, token: u32) {
        let (client, options) = (self.client.clone(), self.call_options(token));
        self.start(token, async move { Answer::of_value(client.ping(&options).await) });
    }

    /// Resolves a report's unknown outcomes.
    #[napi]
    pub fn settle(&self, token: u32, report: &NativeReport) {
        let (client, options, report) = (self.client.clone(), self.call_options(token), report.shared());
        self.start(token, async move { Answer::of_report(client.settle(&report, &options).await) });
    }

    /// The list. With `ahead`, the next page is read while JavaScript processes the current one.
    #[napi]
    pub fn list(&self, token: u32, ahead: bool) -> NativeList {
        let mut options = self.call_options(token);
        // A child: the list cancels it when it is dropped.
        let cancel = options.cancel.take().unwrap_or_default().child_token();
        options.cancel = Some(cancel.clone());
        NativeList::new(self.client.list_with(&options), ahead, self.listener(token), cancel)
    }

    /// The next rows of a list, as a JSON array; `null` at the end.
    #[napi]
    pub fn next_rows(&self, token: u32, list: &NativeList) {
        let list = list.clone();
        self.start(token, async move { Answer::of_value(list.next().await) });
    }
}

fn change(unblock: bool) -> Change {
    if unblock { Change::Unblock } else { Change::Block }
}
