// A world in which not everybody speaks the same protocol: the library, the POSIX server and the external file servers each do as
// one of them says. That is what a change looks like while it is being made, so it has to work, and what is promised then is what
// the older side allows. The lanes carry the same messages; who does not know the answer to a cancel drops the conversation.
// Lemmas are not claimed: each of them needs two sides.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols.Variants;

/// <summary>Three protocols at once.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="library">What user threads do.</param>
/// <param name="posix">What the POSIX server does, for its own files, too.</param>
/// <param name="files">What the external file servers do.</param>
/// <param name="windows">The windows that the old sides have.</param>
public sealed class Mixed(string name, IProtocol library, IProtocol posix, IProtocol files, Repairs windows) : IProtocol
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Summary => $"library as {library.Name}, POSIX server as {posix.Name}, file servers as {files.Name}";

    /// <inheritdoc/>
    public Limits Limits => library.Limits | posix.Limits | files.Limits;

    /// <inheritdoc/>
    public Limits LimitsOfRepair => library.LimitsOfRepair | posix.LimitsOfRepair | files.LimitsOfRepair;

    /// <inheritdoc/>
    public Repairs Windows => windows;

    /// <inheritdoc/>
    public bool IsWired(CallKind kind) => library.IsWired(kind);

    /// <inheritdoc/>
    public bool CanWire(CallKind kind) => library.CanWire(kind);

    /// <summary>Who says the same has the same state: one table of tickets serves the POSIX server and file servers.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The parts.</returns>
    public ProtocolSides Reserve(ModelSystem system)
    {
        ProtocolSides ofPosix = posix.Reserve(system);
        ProtocolSides ofLibrary = library == posix ? ofPosix : library.Reserve(system);
        ProtocolSides ofFiles = files == posix ? ofPosix : files == library ? ofLibrary : files.Reserve(system);
        return new ProtocolSides
        {
            Library = ofLibrary.Library,
            Files = ofFiles.Files,
            PosixFiles = ofPosix.PosixFiles,
            Requests = ofPosix.Requests,
            Signals = ofPosix.Signals,
        };
    }
}
