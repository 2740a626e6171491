// Chooses what devices of generated programs are like, and sometimes the machine. A terminal on the first server is the
// ordinary case and stays the most frequent one; what the others are for shows only where a device of theirs is read.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Chooses kinds and servers of devices.</summary>
internal static class DeviceMaker
{
    private static ReadOnlySpan<byte> BehaviourWeights => [36, 14, 12, 12, 12, 8, 6];

    private static ReadOnlySpan<byte> ServerWeights => [55, 25, 12, 8];

    /// <summary>Gives a device a kind and a server.</summary>
    internal static void Choose(ref Prng random, ref Resource device)
    {
        device.Behaviour = (FileBehaviour)Choice.Pick(ref random, BehaviourWeights);
        device.Server = (byte)Choice.Pick(ref random, ServerWeights);
    }

    /// <summary>Chooses a machine: more processors, or another device for deadlines.</summary>
    internal static void ChooseMachine(ref Prng random, Scenario scenario)
    {
        scenario.Alarm = (AlarmKind)Choice.Pick(ref random, [60, 20, 20]);
        int processors = 1 + Choice.Pick(ref random, [30, 50, 10, 10]);
        scenario.ProcessorCount = scenario.Alarm == AlarmKind.Hpet ? 1 : processors;
    }

    /// <summary>Adds one to four devices of any kind.</summary>
    internal static void AddDevices(ref Prng random, Scenario scenario)
    {
        for (var count = 1 + Choice.Pick(ref random, [60, 28, 8, 4]); count > 0; count--)
        {
            var device = Resource.ForDevice(default, FileBehaviour.Terminal, 0);
            Choose(ref random, ref device);
            scenario.AddResource(device);
        }
    }
}
