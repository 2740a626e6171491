// What a protocol shows to the judge of the lemmas. It claims them by having this: then they are judged in every run. Whoever
// looks here is an observer and changes nothing.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Posix;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>The state of a protocol that claims the lemmas.</summary>
public interface ILemmaClaims
{
    /// <summary>Whether a server still waits for the registration of something that was accepted (order).</summary>
    bool HasUnsettledArrivals { get; }

    /// <summary>Guard epochs alive (epoch).</summary>
    int EpochCount { get; }

    /// <summary>What has become of the request that the POSIX server serves for a thread (epoch, ending).</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Whether there is one, and whether it was told to end.</returns>
    ServedRequest ServedRequestOf(Handle<PosixThread> thread);
}

/// <summary>A request that the POSIX server serves for a thread.</summary>
public enum ServedRequest : byte
{
    /// <summary>There is none that a guard would end.</summary>
    None,

    /// <summary>It was not told to end.</summary>
    Untold,

    /// <summary>It was told to end.</summary>
    Told,
}
