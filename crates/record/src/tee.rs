//! A body that is passed on as it comes, frame by frame, while its beginning is copied.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

use crate::call::{BodyCopy, Ongoing};

/// What is to happen at the end of a body.
#[derive(Debug)]
pub(crate) enum End {
    /// Somebody waits for it.
    Tell(Arc<Notify>),
    /// The call is over.
    Call(Ongoing),
}

/// A body that is copied while it passes.
#[derive(Debug)]
pub(crate) struct Tee<B: Body> {
    body: B,
    copy: BodyCopy,
    end: End,
    has_ended: bool,
}

impl<B: Body<Data = Bytes>> Tee<B> {
    pub(crate) fn new(body: B, copy: BodyCopy, end: End) -> Self {
        Self { body, copy, end, has_ended: false }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Tee<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.copy.add(data);
                }
            }
            Some(Err(_)) => {}
            None => self.has_ended = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: Body> Drop for Tee<B> {
    fn drop(&mut self) {
        // A body whose length is known is not polled again after its last byte.
        let is_whole = self.has_ended || self.body.is_end_stream();
        if is_whole {
            self.copy.end();
        }
        match &mut self.end {
            End::Tell(waiting) => waiting.notify_one(),
            End::Call(ongoing) => ongoing.note(|call| call.is_cut = !is_whole),
        }
    }
}
