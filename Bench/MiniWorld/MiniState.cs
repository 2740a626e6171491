// What the parties of the small scenario share, apart from their means to wait for each other. Blittable, so that it lives in
// an arena. The transitions are here and not in the worlds: all three run the same ones, and their checks.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Bench.MiniWorld;

/// <summary>Shared words of the small scenario.</summary>
internal struct MiniState
{
    /// <summary>Request that waits for the server, or 0.</summary>
    public int RequestTag;

    /// <summary>Tag of the client's request in flight, or 0; what the signaller aims at.</summary>
    public int TagInFlight;

    /// <summary>Reply that waits for the client, or 0.</summary>
    public int ReplyTag;

    /// <summary>Result of that reply.</summary>
    public int ReplyValue;

    /// <summary>Bytes written to the pipe.</summary>
    public uint Written;

    /// <summary>Bytes taken out of the pipe.</summary>
    public uint Consumed;

    /// <summary>Bytes that reached the client.</summary>
    public uint Received;

    /// <summary>Reads that ended with EINTR.</summary>
    public uint Interrupts;

    /// <summary>Reads that ended.</summary>
    public uint Answered;

    internal void Send(int tag)
    {
        Verify.That(RequestTag == 0 && TagInFlight == 0, "two requests in flight");
        RequestTag = tag;
        TagInFlight = tag;
    }

    internal int TakeRequest()
    {
        int tag = RequestTag;
        RequestTag = 0;
        return tag;
    }

    internal int TakeBytes()
    {
        uint count = Math.Min(Written - Consumed, MiniScenario.ChunkBytes);
        Consumed += count;
        return (int)count;
    }

    internal void Reply(int tag, int value)
    {
        Verify.That(ReplyTag == 0, "two replies in flight");
        ReplyTag = tag;
        ReplyValue = value;
    }

    internal void TakeReply(int tag)
    {
        Verify.That(ReplyTag == tag && TagInFlight == tag, "the reply belongs to another request");
        ReplyTag = 0;
        TagInFlight = 0;
        Answered++;
        if (ReplyValue == MiniScenario.Interrupted)
        {
            Interrupts++;
            return;
        }

        Received += (uint)ReplyValue;
        Verify.That(Received == Consumed, "bytes were lost or duplicated");
    }

    internal readonly void CheckEnd()
    {
        Verify.That(Answered == MiniScenario.Reads, "a read was never answered");
        Verify.That(Written == MiniScenario.Writes * MiniScenario.ChunkBytes, "a write was lost");
        Verify.That(Received == Consumed, "bytes were lost or duplicated");
    }
}
