// What runs in user mode. In the simulation that is the code of the scenario's strands; a benchmark brings code of its own,
// which repeats one call as often as it wants.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Code that user threads execute.</summary>
public interface IUserCode
{
    /// <summary>Executes an activation: a strand or a signal handler. A handler ends with
    /// <see cref="ISystemCalls.EndActivation"/>.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="activation">The activation, just started.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> Run(Handle<KernelThread> thread, Activation activation);
}
