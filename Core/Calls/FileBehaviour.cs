// How an external file server treats the reads of a device and their cancels. Managarm's servers differ here: some look at their
// token and some do not, some return what they have, and how many hops a request needs until a cancel can find it, or a cancel
// until it is looked up, is nobody's promise. A protocol has to live with all of them.
//
// One more behaviour: its number here, at the end; what it does in Servers/Files (how late, and whether it looks: LaneServer;
// what a read returns: FileOperations); its word in Corpus/Text/Keyword.cs; its byte in Corpus/Bytes/ScenarioCodec.cs; its
// weight in Fuzz/Generation/DeviceMaker.cs.

namespace Managarm.Perf.Core.Calls;

/// <summary>Behaviour of a device's server.</summary>
public enum FileBehaviour : byte
{
    /// <summary>Like a terminal or a FIFO: data first, then the token; a cancelled read has consumed nothing.</summary>
    Terminal = 0,

    /// <summary>Like a socket that waits for all it was asked for: a cancelled read returns what it has got, and fails only when
    /// that is nothing (servers/uart).</summary>
    Stream = 1,

    /// <summary>Takes cancels and forgets them (managarm servers/netserver, tcp4.cpp, whose read has no name for its
    /// token).</summary>
    Deaf = 2,

    /// <summary>Answers late: a request that has ended waits some hops for its reply.</summary>
    Late = 3,

    /// <summary>Registers late: a request takes one hop more than its cancel until it can be found.</summary>
    Slow = 4,

    /// <summary>Like a terminal, behind a serial port that asks for interrupts: a 16550 on a pin of the I/O APIC
    /// (servers/uart).</summary>
    Serial = 5,

    /// <summary>Looks cancels up late: one that has been taken in waits some hops. Meanwhile its request may end and the next one
    /// begin.</summary>
    SlowCancel = 6,
}
