// How a user thread makes a call. There are two implementations: mlibc's, which talks to servers, and the monolithic
// kernel's, which does the work on the caller's party. The runner does not know which one it uses.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Servers.Userland;

/// <summary>Makes calls for user threads.</summary>
public interface ISystemCalls
{
    /// <summary>Makes a call.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="call">The call, by value; resources are names, bound per process.</param>
    /// <returns>What the call returns to user code.</returns>
    ModelTask<CallResult> Invoke(Handle<KernelThread> thread, Call call);

    /// <summary>Prepares a new thread before the first call of its strand or of a handler, whichever it runs first.</summary>
    /// <param name="thread">The thread; what there is to do follows from its origin.</param>
    /// <param name="isHandler">Whether a handler begins, rather than the strand.</param>
    /// <returns>Nothing.</returns>
    ModelTask<Unit> BeginThread(Handle<KernelThread> thread, bool isHandler);

    /// <summary>An activation has run to its end: returns from the handler or ends the thread.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="isHandler">Whether it was a signal handler.</param>
    /// <returns>Nothing; the thread does not run on in this activation.</returns>
    ModelTask<Unit> EndActivation(Handle<KernelThread> thread, bool isHandler);

    /// <summary>A running thread is wanted by the kernel at a point in user code or on its way out of the kernel.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>Whether that was all for this turn.</returns>
    bool TakeAttention(Handle<KernelThread> thread);

    /// <summary>The thread's party has run and may have nothing more to run.</summary>
    /// <param name="thread">The thread.</param>
    void AfterRun(Handle<KernelThread> thread);
}

/// <summary>Result of a call.</summary>
/// <param name="Value">Success value, or minus an errno.</param>
/// <param name="Data">Bytes read or written.</param>
public readonly record struct CallResult(long Value, DataRange Data);
