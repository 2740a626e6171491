// The kernel's side of a protocol, where the kernel does by itself what calls ask for. Under message protocols it only carries
// messages, which is the same code for all of them, and there is no such side.

using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>What a kernel without servers does.</summary>
public interface IKernelSide
{
    /// <summary>Flaws of today's servers that it does not have.</summary>
    Repairs Repairs => Repairs.None;

    /// <summary>Makes the kernel of a system.</summary>
    /// <param name="system">The system, complete but for this.</param>
    /// <returns>How user threads make calls.</returns>
    ISystemCalls MakeCalls(ModelSystem system);
}
