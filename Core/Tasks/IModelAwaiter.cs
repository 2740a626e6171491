// What may be awaited in a kernel coroutine. The builder is constrained to this interface, so awaiting a Task or anything
// else that the scheduler does not control is a compile error and not a lost decision; and since the constraint is generic no
// awaiter is boxed, not even in code that never tiers up.

namespace Managarm.Perf.Core.Tasks;

/// <summary>An awaiter that a kernel coroutine may suspend on.</summary>
public interface IModelAwaiter
{
    /// <summary>Takes note of the coroutine that suspends.</summary>
    /// <param name="box">Its box; whoever keeps it past this call keeps a waiter word instead.</param>
    void OnSuspend(TaskBox box);
}
