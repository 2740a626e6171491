// How long messages are on a lane, in bytes. The model carries meanings rather than encodings, but chunks fill up and buffers are
// too small by bytes, so each part of a conversation has the length that its encoding has (protocols/posix and protocols/fs:
// heads are padded to 128, replies are short).

namespace Managarm.Perf.Servers;

/// <summary>Lengths of encoded messages, in bytes.</summary>
public static class MessageSize
{
    /// <summary>Head of a request.</summary>
    public const int Head = 128;

    /// <summary>Second part of a request.</summary>
    public const int Tail = 32;

    /// <summary>A reply without its data.</summary>
    public const int Reply = 48;
}
