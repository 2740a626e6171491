// Makes devices terminals, the plainest kind, and brings them together on servers with low numbers.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Simplifies devices.</summary>
internal sealed class DeviceSimplification : IReduction
{
    private const int Variants = 1 + Scenario.MaximumServers;

    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.ResourceCount * Variants;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        ref Resource resource = ref candidate.Scenario.ResourceAt(number / Variants);
        int server = (number % Variants) - 1;
        if (server < 0)
        {
            bool isPeculiar = resource.Behaviour != FileBehaviour.Terminal;
            resource.Behaviour = FileBehaviour.Terminal;
            return isPeculiar;
        }

        bool isLower = server < resource.Server;
        resource.Server = isLower ? (byte)server : resource.Server;
        return isLower;
    }
}
