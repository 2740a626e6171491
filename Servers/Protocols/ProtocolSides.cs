// Who does what in one system: a protocol's parts, by actor. A world in which old meets new is a choice of parts of several
// protocols. A part that is left out does as `none` does.

namespace Managarm.Perf.Servers.Protocols;

/// <summary>The sides of a protocol in one system.</summary>
public sealed record ProtocolSides
{
    private readonly IFileServerSide? posixFiles;

    /// <summary>What user threads do.</summary>
    public ILibrarySide Library { get; init; } = PlainSides.All;

    /// <summary>What the external file servers do.</summary>
    public IFileServerSide Files { get; init; } = PlainSides.All;

    /// <summary>What the POSIX server does as the server of its own files; as the others do if nothing is said.</summary>
    public IFileServerSide PosixFiles
    {
        get => posixFiles ?? Files;
        init => posixFiles = value;
    }

    /// <summary>What the POSIX server does with requests on posix lanes.</summary>
    public IPosixRequestSide Requests { get; init; } = PlainSides.All;

    /// <summary>What the POSIX server does with signals and with the threads that it observes.</summary>
    public IPosixSignalSide Signals { get; init; } = PlainSides.All;

    /// <summary>What the kernel does, where there are no servers; else none.</summary>
    public IKernelSide? Kernel { get; init; }

    /// <summary>What the judge of the lemmas looks at (order, level, epoch, victim, ending); none where they are not
    /// claimed.</summary>
    public ILemmaClaims? Claims { get; init; }

    /// <summary>Repairs that were asked for by name.</summary>
    public Repairs Named { get; init; }

    /// <summary>What is repaired: by the sides, and by name.</summary>
    public Repairs Repairs => (Kernel?.Repairs ?? Repairs.None) | Library.Repairs | Signals.Repairs | Named;

    /// <summary>All sides as they were before there was any cancellation.</summary>
    private sealed class PlainSides : ILibrarySide, IFileServerSide, IPosixRequestSide, IPosixSignalSide
    {
        internal static readonly PlainSides All = new();
    }
}
