/** What happens between a French sales team and its customers. The texts of calls and meetings fit both before and after they took place. */
import type { Scenes } from './demo-words.js';

/** By phase and type of activity. */
export const frenchScenes: Scenes = {
  prospecting: {
    CALL: [
      ['Appel de qualification', 'Présentation de la société, taille de l’équipe et outils en place.'],
      ['Premier appel à {name}', 'Identifier qui décide et quand se fait le budget.'],
      ['Rappel après le passage sur notre stand', 'Intérêt pour la gestion commerciale, pas de projet daté.'],
    ],
    EMAIL: [
      ['Envoi de la plaquette', 'Plaquette et deux études de cas du même secteur.'],
      ['Prise de contact avec {name}', 'Message de présentation et proposition de créneaux.'],
      ['Réponse à une demande du site web', 'Demande de tarifs pour une dizaine de postes.'],
    ],
    MEETING: [
      ['Visite de découverte', 'Tour des bureaux et du dépôt, échange sur les irritants du quotidien.'],
      ['Visioconférence de présentation', 'Vue d’ensemble de l’offre en trente minutes.'],
    ],
    TASK: [
      ['Trouver le bon interlocuteur', 'Vérifier l’organigramme et le nom du responsable des achats.'],
      ['Préparer la fiche du prospect', 'Chiffre d’affaires, effectif, outils en place, actualités.'],
    ],
    NOTE: [
      ['Contexte', 'Utilise un logiciel vieillissant, contrat jusqu’à mi-2027.'],
      ['Information recueillie au salon', 'Ouvre un second site l’an prochain.'],
    ],
    FOLLOW_UP: [
      ['Relance : {name}', 'Sans nouvelles depuis l’envoi de la plaquette.'],
      ['Reprendre contact', 'Nous a demandé de rappeler plus tard.'],
    ],
  },
  qualifying: {
    CALL: [
      ['Cadrage du besoin avec {name}', 'Nombre de postes, reprise des données, date visée.'],
      ['Point téléphonique : {offer}', 'Budget évoqué, décision attendue au prochain comité.'],
      ['Questions techniques', 'Compatibilité avec la comptabilité en place.'],
    ],
    EMAIL: [
      ['Questionnaire de cadrage', 'Liste de questions avant la démonstration.'],
      ['Compte rendu de l’atelier', 'Besoins classés par priorité, points à confirmer.'],
      ['Documentation technique : {offer}', 'Prérequis et schéma d’installation.'],
    ],
    MEETING: [
      ['Atelier de cadrage', 'Parcours d’une commande, de la saisie à la facture.'],
      ['Démonstration : {offer}', 'Démonstration sur un jeu de données du client.'],
      ['Réunion avec la direction informatique', 'Sécurité, hébergement, sauvegardes.'],
    ],
    TASK: [
      ['Préparer la démonstration', 'Charger le catalogue envoyé par le client.'],
      ['Chiffrer la reprise des données', 'Voir avec l’équipe d’intégration.'],
      ['Obtenir le nombre exact de postes', 'À demander à {name}.'],
    ],
    NOTE: [
      ['Compte rendu interne', 'Projet sérieux, deux concurrents consultés.'],
      ['Budget', 'Enveloppe annoncée pour l’année prochaine, à confirmer.'],
    ],
    FOLLOW_UP: [
      ['Relance : questionnaire de cadrage', 'Réponses attendues pour avancer.'],
      ['Confirmer la date de démonstration', 'Deux créneaux proposés à {name}.'],
    ],
  },
  negotiating: {
    CALL: [
      ['Commentaire du devis', 'Passage en revue ligne par ligne avec {name}.'],
      ['Négociation : {offer}', 'Demande de remise et d’un paiement en trois fois.'],
      ['Appel à la finance', 'Conditions de paiement et date de facturation.'],
    ],
    EMAIL: [
      ['Envoi du devis : {offer}', 'Devis valable trente jours.'],
      ['Devis révisé', 'Remise de volume et planning ajusté.'],
      ['Projet de contrat', 'Contrat et conditions générales pour relecture.'],
    ],
    MEETING: [
      ['Soutenance de l’offre', 'Présentation devant le comité d’achat.'],
      ['Réunion de négociation', 'Prix, délais, pénalités.'],
    ],
    TASK: [
      ['Préparer le devis : {offer}', 'Deux variantes, avec et sans formation.'],
      ['Faire valider la remise', 'Accord du responsable au-delà de 8 %.'],
      ['Relire le projet de contrat', 'Retour du juridique attendu.'],
    ],
    NOTE: [
      ['Position du client', 'Préfère notre solution, attend un geste sur la maintenance.'],
      ['Concurrence', 'Un concurrent est 6 % moins cher, sans formation.'],
    ],
    FOLLOW_UP: [
      ['Relance du devis', 'Devis envoyé, sans retour à ce jour.'],
      ['Relance avant la fin de validité', 'La validité du devis arrive à terme.'],
    ],
  },
  delivering: {
    CALL: [['Point de lancement', 'Confirmation du planning avec {name}.']],
    EMAIL: [
      ['Bon de commande reçu', 'Accusé de réception et prochaines étapes.'],
      ['Planning de mise en service', 'Dates proposées, à valider par le client.'],
    ],
    MEETING: [['Réunion de lancement', 'Équipes présentées, rôles et calendrier.']],
    TASK: [
      ['Transmettre le dossier à l’intégration', 'Devis signé, contacts, contraintes.'],
      ['Émettre la facture d’acompte', 'Trente pour cent à la commande.'],
    ],
    NOTE: [['Passage de relais', 'Dossier complet remis à la cheffe de projet.']],
    FOLLOW_UP: [['Vérifier la mise en service', 'Appeler {name} une semaine après le démarrage.']],
  },
  caring: {
    CALL: [
      ['Point mensuel', 'Utilisation, questions en cours, satisfaction.'],
      ['Appel avec {name}', 'Question sur la dernière facture.'],
      ['Suivi d’un ticket de support', 'Correctif à confirmer par le client.'],
    ],
    EMAIL: [
      ['Nouveautés de la version d’automne', 'Présentation des changements utiles à ce client.'],
      ['Facture et relevé', 'Duplicata demandé par {name}.'],
      ['Invitation à la journée des clients', 'Réponse souhaitée sous quinze jours.'],
    ],
    MEETING: [
      ['Revue annuelle du compte', 'Bilan de l’année et projets à venir.'],
      ['Visite de courtoisie', 'Rencontre de la nouvelle équipe.'],
    ],
    TASK: [
      ['Préparer la revue annuelle', 'Commandes, tickets, délais de paiement.'],
      ['Mettre à jour les coordonnées', 'Nouvelle adresse de livraison signalée.'],
      ['Vérifier le règlement de la facture', 'Échéance dépassée de quelques jours.'],
    ],
    NOTE: [
      ['Satisfaction', 'Content du support, souhaite un interlocuteur unique.'],
      ['Piste de vente additionnelle', 'Envisage des terminaux pour son dépôt.'],
    ],
    FOLLOW_UP: [
      ['Relance de paiement', 'Courrier amiable puis appel à {name}.'],
      ['Proposer le renouvellement', 'Contrat à échéance au printemps.'],
    ],
  },
};
