// The simplest thing that a kernel coroutine may await: never suspends. It also shows that the constraint on the builder is met
// by any awaiter that takes boxes, with no base class.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;

namespace Managarm.Perf.Core.Tests.Tasks;

/// <summary>Completes at once.</summary>
internal readonly struct ReadyAwaiter : ICriticalNotifyCompletion, IModelAwaiter
{
    public bool IsCompleted => true;

    public ReadyAwaiter GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnSuspend(TaskBox box) => Verify.Fail("a ready awaiter suspends nobody");

    public void OnCompleted(Action continuation) => Verify.Fail("no delegate continuations");

    public void UnsafeOnCompleted(Action continuation) => Verify.Fail("no delegate continuations");
}
